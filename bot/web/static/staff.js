// A sign-in link carries its token behind the "#", where no server sees it. It is moved into the form's
// field, and out of the address, so that it stays in no history.
function takeToken() {
  const token = location.hash.slice(1);
  if (!/^[\w-]{43}$/.test(token)) return;
  const field = document.querySelector("[data-token]");
  if (field) {
    history.replaceState(null, "", location.pathname + location.search);
    field.value = token;
  } else {
    location.replace(`/staff/link#${token}`);
  }
}
takeToken();
// Whoever pastes the link where a page of ours is open already loads nothing anew.
addEventListener("hashchange", takeToken);

// Many press twice. The second one would make a thing twice, or hide a link that is shown once.
const PATIENCE = 3000; // milliseconds; after that the first one may have been lost
let sent = -PATIENCE;
addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.timeStamp - sent < PATIENCE) event.preventDefault();
  else sent = event.timeStamp;
});

// What went wrong is the first thing to be read.
document.getElementById("errors")?.focus();
