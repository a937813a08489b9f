/* Saves the form of a report by itself, keeps a copy on this machine while that fails, and shows what others write meanwhile.
   Without this file the form is saved by its buttons. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-autosave]"), line = document.querySelector("[data-save-state]");
  var spoken = document.querySelector("[data-save-spoken]"), around = document.querySelector("[data-others]");
  if (!form || !line || !spoken || !window.fetch || !window.URLSearchParams) { return; }
  var PAUSE = 3000, AT_LEAST_EVERY = 15000, LOOK = 20000, TOO_LONG = 20000, SPEAK_AGAIN = 60000, PATIENCE = 2000, KEEP = 7 * 86400000;
  var address = form.dataset.autosave, slot = "ledger:" + form.dataset.who + ":" + address;
  var revision = form.elements.revision, page = form.elements.page, token = form.elements.csrfmiddlewaretoken;
  var base = {}, dirty = {}, refused = {}, undecided = {}, touched = {};
  var timer, since = 0, busy = false, failures = 0, over = false, stopped = false, sentBy = null, saidAt = 0, said = "", gone = false, restored = false;

  // --- Fields: each has a list of texts, also where there is only one ---
  function ours(name) { return /^(items|problems|achievements|instructions)-|^arrangements$/.test(name || "") && !/-remove$/.test(name); }
  function controls(name) { return Array.prototype.filter.call(form.elements, function (one) { return one.name === name; }); }
  function boxed(one) { return one.type === "checkbox" || one.type === "radio"; }
  function read(name, asGiven) {
    var found = [];
    controls(name).forEach(function (one) {
      if (boxed(one)) { if (asGiven ? one.defaultChecked : one.checked) { found.push(one.value); } }
      else if (one.options && asGiven) { Array.prototype.forEach.call(one.options, function (o) { if (o.defaultSelected) { found.push(o.value); } }); if (!found.length) { found.push(""); } }
      else { found.push(asGiven ? one.defaultValue : one.value); }
    });
    return found;
  }
  function write(name, values) {
    controls(name).forEach(function (one) { if (boxed(one)) { one.checked = values.indexOf(one.value) >= 0; } else { one.value = values[0] || ""; } });
  }
  function list(name, value) {
    if (Array.isArray(value)) { return value; }
    var one = controls(name)[0];
    return value === "" && one && boxed(one) ? [] : [value];
  }
  function plain(values) { return JSON.stringify(values.map(function (text) { return text.replace(/\r\n/g, "\n").trim(); }).sort()); }
  function same(one, other) { return plain(one) === plain(other || []); }
  function names(group) { return Object.keys(group); }
  function learn(name) { if (ours(name) && !(name in base)) { base[name] = read(name, true); } }
  function look(name) {
    learn(name);
    if (same(read(name), base[name]) && !undecided[name]) { delete dirty[name]; } else { dirty[name] = true; }
    if (refused[name] && !same(read(name), refused[name])) { delete refused[name]; }
  }
  function sendable() { return names(dirty).filter(function (name) { return !undecided[name] && !refused[name]; }); }

  // --- The copy on this machine: what the server has not acknowledged, bound to the person and the report ---
  // It is kept twice. localStorage is written at once, also while the page goes, but comes to the disk only seconds later; the database is on
  // the disk in milliseconds, so that a browser that is killed has it. The newer one counts: an empty one says that all was saved.
  function keep(sent) {
    if (gone || !restored) { return; }
    var fields = {}, copy;
    names(dirty).forEach(function (name) { fields[name] = read(name); });
    copy = { revision: revision.value, page: page.value, at: Date.now(), sent: !!sent, fields: fields };
    disk.put(copy);
    try {
      if (names(fields).length) { localStorage.setItem(slot, JSON.stringify(copy)); } else { localStorage.removeItem(slot); }
    } catch (full) { /* no room, or not allowed: the page still holds everything */ }
  }
  var disk = { base: null, busy: false, next: null };
  disk.open = function (then) {
    var over = setTimeout(then, PATIENCE), opening;
    function opened() { if (over) { clearTimeout(over); over = null; then(); } }
    try {
      opening = window.indexedDB.open("ledger", 1);
      opening.onupgradeneeded = function () { opening.result.createObjectStore("copies"); };
      opening.onerror = opened;
      opening.onsuccess = function () {
        disk.base = opening.result;
        disk.base.onversionchange = function () { disk.base.close(); disk.base = null; };  // signing out takes it away
        opened();
      };
    } catch (none) { opened(); }
  };
  disk.get = function (then) {
    if (!disk.base) { then(null); return; }
    try {
      var asked = disk.base.transaction("copies").objectStore("copies").get(slot);
      asked.onsuccess = function () { then(asked.result); };
      asked.onerror = function () { then(null); };
    } catch (none) { then(null); }
  };
  // One write at a time; of those that come meanwhile, the last.
  disk.put = function (copy) {
    disk.next = copy;
    if (!disk.base || disk.busy) { return; }
    try {
      var writing = disk.base.transaction("copies", "readwrite");
      writing.objectStore("copies").put(copy, slot);
      disk.busy = true;
      disk.next = null;
      writing.oncomplete = writing.onabort = function () { disk.busy = false; if (disk.next) { disk.put(disk.next); } };
    } catch (none) { disk.base = null; }
  };
  function restore(copy) {
    restored = true;
    if (!copy || !copy.fields || Date.now() - copy.at > KEEP || (copy.sent && Number(revision.value) > Number(copy.revision))) { keep(); return; }
    var back = names(copy.fields).filter(function (name) {
      row(name);
      learn(name);
      return controls(name).length && !same(copy.fields[name], base[name]);
    });
    if (!back.length) { keep(); return; }
    // The server compares with the page on which it was typed.
    revision.value = copy.revision;
    page.value = copy.page;
    back.forEach(function (name) {
      var kept = copy.fields[name], typed = read(name);
      write(name, touched[name] && kept.length === 1 && !same(kept, typed) ? [kept[0] + "\n" + typed[0]] : kept);
      dirty[name] = true;
      unfold(controls(name)[0]);
    });
    keep();
    tell("上次没来得及保存的内容已放回原处，" + back.length + " 处", true);
    save();
  }

  // --- What is said ---
  function tell(words, aloud) {
    line.textContent = words;
    if (aloud && (words !== said || Date.now() - saidAt > SPEAK_AGAIN)) { spoken.textContent = words; said = words; saidAt = Date.now(); }
  }
  function saved(at) {
    var words = "已保存 " + at, quiet = Date.now() - saidAt < SPEAK_AGAIN && said.indexOf("已保存") === 0;
    line.textContent = words;
    if (!quiet) { spoken.textContent = words; said = words; saidAt = Date.now(); }
  }
  function company(others) {
    if (!around) { return; }
    var words = others.length ? others.join("、") + "也打开着这份汇报。各写各的栏目互不影响；写到同一栏时会请您选定。" : "";
    if (around.textContent !== words) { around.textContent = words; around.hidden = !words; }
  }
  function unfold(one) { var folded = one && one.closest("details"); if (folded) { folded.open = true; } }
  function mark(target, sentence) {
    var one = document.getElementById(target), id = target + "_refused", note = document.getElementById(id);
    if (note) { note.remove(); }
    if (!one) { return; }
    var field = document.getElementById(target.replace(/_0$/, "")) || one, others = (one.getAttribute("aria-describedby") || "").split(" ").filter(function (word) { return word && word !== id; });
    if (sentence) {
      note = document.createElement("p");
      note.id = id;
      note.className = "invalid-feedback d-block";
      note.textContent = sentence;
      (field.closest("fieldset") !== one.closest(".mb-3") && one.closest(".mb-3") || one.parentNode).append(note);
      others.push(id);
      one.setAttribute("aria-invalid", "true");
    } else { one.removeAttribute("aria-invalid"); }
    if (others.length) { one.setAttribute("aria-describedby", others.join(" ")); } else { one.removeAttribute("aria-describedby"); }
  }

  // --- Rows of problems that somebody else added, or that stand in the copy ---
  function row(name) {
    var found = /^problems-(\w+)-/.exec(name), blank = document.getElementById("problem-row");
    if (!found || !blank || controls(name).length) { return; }
    var made = document.createElement("div"), last = form.querySelector("[data-problems]");
    made.innerHTML = blank.innerHTML.split(blank.dataset.key).join(found[1]);
    Array.prototype.slice.call(made.children).forEach(function (child) { last.append(child); });
    Array.prototype.forEach.call(last.querySelectorAll("legend"), function (legend, n) { legend.textContent = "问题 " + (n + 1); });
  }

  function freshKey() {
    var letters = "abcdefghijkmnpqrstuvwxyz23456789", found = "";
    Array.prototype.forEach.call(window.crypto.getRandomValues(new Uint8Array(12)), function (n) { found += letters[n % 32]; });
    return found;
  }
  function addRow(ev) {
    if (!window.crypto || !document.getElementById("problem-row")) { return; }
    ev.preventDefault();
    var name = "problems-" + freshKey() + "-goal";
    row(name);
    controls(name)[0].focus();
  }

  // --- Conflicts ---
  var section = document.getElementById("conflicts");
  function conflict(one) {
    var old = section.querySelector('[data-conflict="' + one.name + '"]'), box = old;
    if (!old) {
      box = document.getElementById("conflict-box").content.firstElementChild.cloneNode(true);
      box.innerHTML = box.innerHTML.split("__name__").join(one.name);
      box.dataset.conflict = one.name;
      section.querySelector("[data-conflicts]").append(box);
    }
    box.querySelector("legend").textContent = one.label;
    box.querySelector("[data-mine]").textContent = one.mine;
    box.querySelector("[data-theirs]").textContent = one.theirs;
    box.querySelector("[data-by]").textContent = one.by;
    box.querySelector("[data-to]").href = "#" + one.target;
    box.querySelector("[data-to-label]").textContent = "：" + one.label;
    box.dataset.value = JSON.stringify(one.value);
    var field = controls(one.name)[0], both = box.querySelector('[value="both"]');
    if (both && field && field.tagName !== "TEXTAREA") { both.closest(".form-check").hidden = true; }
    undecided[one.name] = true;
    dirty[one.name] = true;
    base[one.name] = list(one.name, one.value);
    offer();
  }
  function offer() {
    var boxes = section.querySelectorAll("[data-conflict]");
    section.hidden = !boxes.length;
    Array.prototype.forEach.call(boxes, function (box) { undecided[box.dataset.conflict] = true; box.querySelector("[data-decide]").hidden = false; });
  }
  function decide(box) {
    var name = box.dataset.conflict, chosen = box.querySelector("input[type=radio]:checked"), theirs = list(name, JSON.parse(box.dataset.value || '""'));
    if (!chosen) { box.querySelector("input[type=radio]").focus(); tell("请先选定以谁的为准", true); return; }
    if (chosen.value === "theirs") { write(name, theirs); }
    if (chosen.value === "both") { write(name, [theirs[0] + "\n" + read(name)[0]]); }
    delete undecided[name];
    box.remove();
    offer();
    var one = controls(name)[0];
    unfold(one);
    if (one) { one.focus(); }
    look(name);
    keep();
    save();
  }

  // --- Saving ---
  function plan(wait) { clearTimeout(timer); if (!stopped && !over) { timer = setTimeout(save, wait); } }
  function changed(ev) {
    var name = ev.target.name;
    if (!ours(name)) { return; }
    touched[name] = true;
    look(name);
    keep();
    if (!sendable().length) { return; }
    since = since || Date.now();
    plan(Math.max(0, Math.min(PAUSE, since + AT_LEAST_EVERY - Date.now())));
  }
  function post(body, leaving) {
    var stop = window.AbortController && !leaving ? new AbortController() : null;
    var late = stop && setTimeout(function () { stop.abort(); }, TOO_LONG);
    var how = { method: "POST", body: body, credentials: "same-origin", redirect: "manual", cache: "no-store", keepalive: !!leaving, headers: { "X-Sent-By-The-Page": "1" } };
    if (stop) { how.signal = stop.signal; }
    return fetch(address, how).then(function (r) { clearTimeout(late); return r; }, function (no) { clearTimeout(late); throw no; });
  }
  function save(how) {
    var leaving = how === "leaving", sent = {}, body = new URLSearchParams();
    clearTimeout(timer);
    if (busy || stopped || !restored || (gone && !leaving) || (over && !leaving)) { return; }
    sendable().forEach(function (name) { sent[name] = read(name); });
    body.append("csrfmiddlewaretoken", token.value);
    body.append("revision", revision.value);
    body.append("page", page.value);
    body.append("who", form.dataset.who);
    if (leaving) { body.append("leaving", "1"); }
    names(sent).forEach(function (name) { (sent[name].length ? sent[name] : [""]).forEach(function (text) { body.append(name, text); }); });
    if (leaving) { post(body, true).catch(function () { /* the copy on this machine holds it */ }); return; }
    busy = true;
    since = 0;
    if (names(sent).length) { tell("正在保存"); }
    post(body).then(function (r) {
      if (r.type === "opaqueredirect") { busy = false; signedOut(); return null; }
      if (r.status === 403) { return renew(); }
      if (r.status === 409 || r.status === 404) { return r.status === 404 ? stop("您现在不能再写这份汇报了。文字还在这一页，请先复制下来。") : r.json().then(function (found) { stop(found.sentence); }); }
      if (!r.ok) { throw new Error(r.status); }
      return r.json().then(function (found) { settle(found, sent); });
    }).catch(function () { failed(); }).then(function () { busy = false; if (sentBy) { go(); } });
  }
  // The token changes when one signs in again in another window.
  function renew() {
    var box = document.getElementById("session-end");
    if (!box) { throw new Error("no clock"); }
    return fetch(box.dataset.clock, { credentials: "same-origin", redirect: "manual", cache: "no-store", headers: { "X-Sent-By-The-Page": "1" } }).then(function (r) { return r.ok ? r.json() : null; }).then(function (found) {
      if (!found || String(found.who) !== form.dataset.who) { signedOut(); return; }
      if (token.value === found.token || failures > 3) { throw new Error("refused"); }
      document.querySelectorAll('[name="csrfmiddlewaretoken"]').forEach(function (field) { field.value = found.token; });
      failures += 1;
      plan(0);
    });
  }
  function settle(found, sent) {
    var inConflict = {}, wrong = 0, news = 0;
    failures = 0;
    revision.value = found.revision;
    found.conflicts.forEach(function (one) { inConflict[one.name] = true; });
    names(sent).forEach(function (name) {
      var one = controls(name)[0], target = one && one.id, sentence = target && found.errors[target];
      if (target) { mark(target, sentence || ""); }
      if (sentence) { refused[name] = sent[name]; wrong += 1; } else if (!inConflict[name]) { base[name] = sent[name]; }
      look(name);
    });
    names(found.theirs).forEach(function (name) {
      if (sent[name]) { return; }
      row(name);
      if (!controls(name).length) { return; }
      learn(name);
      var value = list(name, found.theirs[name]), mine = read(name);
      if (same(mine, value)) { base[name] = value; } else if (same(mine, base[name])) { write(name, value); base[name] = value; news += 1; } else {
        var one = controls(name)[0], label = one.id && document.querySelector('label[for="' + one.id + '"]');
        conflict({ name: name, label: label ? label.textContent.trim() : name, target: one.id, mine: mine.join("、"), theirs: value.join("、"), value: value, by: "" });
      }
      look(name);
    });
    found.conflicts.forEach(conflict);
    company(found.others);
    keep();
    if (found.conflicts.length || names(undecided).length) { tell("有 " + names(undecided).length + " 处别人同时也改了，请在页面上方选定；其余已保存 " + found.at, true); }
    else if (wrong) { tell("有 " + wrong + " 处没有存上，请看那一栏的说明；其余已保存 " + found.at, true); }
    else if (news) { tell("别人改了 " + news + " 处，已显示在这一页。已保存 " + found.at, true); }
    else if (names(sent).length) { saved(found.at); }
    if (sendable().length) { since = since || Date.now(); plan(PAUSE); }
  }
  function failed() {
    failures += 1;
    keep();
    if (names(dirty).length || failures > 1) { tell("离线，已存本机；连上以后会自动保存", true); }
    plan(Math.min(60000, 1000 * Math.pow(2, failures)));
  }
  function signedOut() {
    over = true;
    keep();
    tell("登录已失效，已存本机；重新登录以后接着保存", true);
    document.dispatchEvent(new CustomEvent("session-over"));
  }
  function stop(sentence) {
    stopped = true;
    keep();
    tell(sentence, true);
  }
  // Pressing a button while a save is on its way waits for its answer, so that one's own words do not meet.
  function go() {
    var by = sentBy, field = document.createElement("input");
    sentBy = null;
    field.type = "hidden";
    field.name = by.name || "do";
    field.value = by.value || "save";
    form.append(field);
    if (by.getAttribute && by.getAttribute("formaction")) { form.action = by.formAction; }
    keep(true);
    gone = true;
    form.submit();
  }

  // --- Begin ---
  Array.prototype.forEach.call(form.elements, function (one) { learn(one.name); });
  if (section) { offer(); }
  names(base).forEach(look);
  disk.open(function () {
    disk.get(function (other) {
      var copy = null;
      try { copy = JSON.parse(localStorage.getItem(slot)); } catch (unreadable) { copy = null; }
      restore(other && (!copy || other.at >= copy.at) ? other : copy);
      if (sendable().length) { plan(0); }
    });
  });
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.querySelector('[value="add"]').addEventListener("click", addRow);
  form.addEventListener("click", function (ev) { var button = ev.target.closest && ev.target.closest("[data-decide]"); if (button) { decide(button.closest("[data-conflict]")); } });
  form.addEventListener("submit", function (ev) {
    clearTimeout(timer);
    if (busy) { ev.preventDefault(); sentBy = ev.submitter || document.activeElement || {}; return; }
    keep(true);
    gone = true;
  });
  // Signing out takes the copy away: what is not saved goes first, and where it cannot one is asked.
  document.addEventListener("submit", function (ev) {
    if (!ev.target.matches("[data-sign-out]")) { return; }
    if (names(dirty).length && (failures || stopped || names(undecided).length) && !window.confirm("有内容还没有保存上，退出就没有了。确定退出吗？")) { ev.preventDefault(); return; }
    if (sendable().length) { save("leaving"); }
    stopped = gone = true;
    clearTimeout(timer);
  }, true);
  window.addEventListener("pageshow", function (ev) { if (ev.persisted) { gone = false; plan(0); } });
  window.addEventListener("pagehide", function () { if (!gone) { keep(); save("leaving"); } });
  document.addEventListener("visibilitychange", function () { if (document.hidden && !gone) { keep(); if (sendable().length) { save(); } } });
  window.addEventListener("online", function () { plan(0); });
  document.addEventListener("session-back", function () { over = false; failures = 0; plan(0); });
  setInterval(function () { if (!document.hidden && !busy && !stopped && !over && !gone && failures === 0) { save(); } }, LOOK);
})();
