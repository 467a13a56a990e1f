// Runs before anything else, and in browsers of any age: the code leaves the address bar and the history. Where the
// page's modules cannot run or did not arrive, the form that asks the server is shown instead, with the code in it.
(function () {
  "use strict";
  var page = document.documentElement;

  function take() {
    if (location.hash.length > 1) {
      window.scanned = location.hash.slice(1);
      history.replaceState(null, "", location.pathname + location.search);
    }
  }

  function askTheServer() {
    page.className = "old";
    document.getElementById("old-code").value = window.scanned;
  }

  window.scanned = "";
  take();
  page.className = "js";
  window.addEventListener("hashchange", take);
  window.addEventListener("error", function (event) {
    if (!window.started && (event.target === window || event.target.tagName === "SCRIPT")) {
      askTheServer();
    }
  }, true);
  document.addEventListener("DOMContentLoaded", function () {
    if (!("noModule" in document.createElement("script"))) {
      askTheServer();
    }
  });
}());
