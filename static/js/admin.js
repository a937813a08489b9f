/* Enhancements of the admin only: every page works without this file. */
(function () {
  "use strict";
  // One box for all rows of a list.
  var all = document.getElementById("action-toggle");
  if (all) {
    all.closest("[data-toggle-all]").hidden = false;
    all.addEventListener("change", function () {
      document.querySelectorAll("input.action-select").forEach(function (box) { box.checked = all.checked; });
    });
  }
  // Another empty row without saving first.
  document.querySelectorAll("[data-rows]").forEach(function (group) {
    var button = group.querySelector("[data-add-row]"), empty = group.querySelector("[data-empty-row]");
    var total = document.getElementById("id_" + group.dataset.rows + "-TOTAL_FORMS");
    if (!button || !empty || !total) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      var row = empty.content.cloneNode(true).firstElementChild, n = total.value;
      row.innerHTML = row.innerHTML.replace(/__prefix__/g, n);
      row.querySelector("legend").append(" " + (Number(n) + 1));
      total.value = Number(n) + 1;
      button.parentNode.before(row);
      row.querySelector("input:not([type=hidden]),select,textarea").focus();
    });
  });
})();
