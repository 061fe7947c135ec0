// A sign-in link carries its token behind the "#", where no server sees it. It is moved into the form's
// field, and out of the address, so that it stays in no history.
const token = location.hash.slice(1);
const field = document.querySelector("[data-token]");
if (/^[\w-]{43}$/.test(token)) {
  if (field) {
    history.replaceState(null, "", location.pathname + location.search);
    field.value = token;
  } else {
    location.replace(`/staff/link#${token}`);
  }
}

// What went wrong is the first thing to be read.
document.getElementById("errors")?.focus();
