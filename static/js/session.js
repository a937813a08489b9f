/* Warns before the session ends, with a button to stay. The page never stays by itself; without this file the limit stands in the footer. */
(function () {
  "use strict";
  var box = document.getElementById("session-end");
  if (!box || !box.showModal || !window.fetch) { return; }
  var title = document.getElementById("session-end-title"), words = document.getElementById("session-end-words");
  var act = { stay: button("stay"), signIn: button("sign-in"), close: button("close"), here: button("in") };
  var password = act.here.elements.password, refused = document.getElementById("session-end-refused");
  var warn = Number(box.dataset.warn) * 1000, ends, isFinal, timer, told = 0, isOver = false;
  var typed = !!document.querySelector("[data-focus]");
  function button(name) { return box.querySelector('[data-act="' + name + '"]'); }

  function set(left, final) { ends = Date.now() + left * 1000; isFinal = final; wait(); }
  function wait() {
    var left = ends - Date.now();
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(1000, Math.min(left > warn ? left - warn : left, 86400000)));
  }
  // Another tab may have gone on meanwhile: the server is asked before anything is said.
  function look() {
    ask(box.dataset.clock, { headers: { "X-Sent-By-The-Page": "1" } }).then(function (found) {
      if (found === null || String(found.who) !== box.dataset.who) { over(); return; }
      set(found.left, found.final);
      if (found.left * 1000 > warn) { settle(found.token); } else { tell(); }
    }).catch(function () { clearTimeout(timer); timer = setTimeout(look, 5000); });
  }
  // What a session that is over is answered with, is a redirect: then there is nothing to read.
  function ask(address, more) {
    var how = { credentials: "same-origin", redirect: "manual", cache: "no-store" };
    for (var name in more) { how[name] = more[name]; }
    return fetch(address, how).then(function (r) { return r.ok ? r.json() : r.status === 500 ? Promise.reject(r) : null; });
  }

  function tell() {
    if (told === ends || isOver || box.open) { return; }
    var at = new Date(ends), when = at.getHours() + ":" + ("0" + at.getMinutes()).slice(-2);
    told = ends;
    title.textContent = "快要自动退出了";
    words.textContent = isFinal ? "登录时间到了上限，" + when + " 会自动退出，不能再延长。请先保存手上的内容，再重新登录。"
      : "您有一阵没有操作了，" + when + " 会自动退出。要接着用，请按“继续使用”。";
    show(isFinal ? [act.close] : [act.stay, act.close]);
  }
  function over() {
    clearTimeout(timer);
    if (!typed) { location.replace(box.dataset.signIn + "?next=" + encodeURIComponent(location.pathname + location.search)); return; }
    title.textContent = isOver ? "还没有用原来的账号登录" : "已经自动退出";
    words.textContent = "您写的内容还在这一页，没有丢。输入密码就在这里登录；也可以在新窗口用原来的账号登录，再回到这里，按“已经登录，接着写”。";
    isOver = true;
    act.close.textContent = "已经登录，接着写";
    box.classList.add("over");
    act.signIn.href = box.dataset.signIn;
    refused.textContent = "";
    show([act.here, act.signIn, act.close]);
  }
  // The sign-in page itself is asked, so that its rules and its words hold here too; a second factor is asked for in its own window.
  function signInHere() {
    var page = box.dataset.signIn, how = { credentials: "same-origin", cache: "no-store", redirect: "manual", headers: { "X-Sent-By-The-Page": "1" } };
    fetch(page, how).then(function (r) { return r.ok ? r.text() : Promise.reject(r); }).then(function (text) {
      var form = new FormData(act.here), found = new DOMParser().parseFromString(text, "text/html").querySelector('main [name="csrfmiddlewaretoken"]');
      form.append("csrfmiddlewaretoken", found ? found.value : "");
      return fetch(page, { method: "POST", body: form, credentials: "same-origin", cache: "no-store", redirect: "manual", headers: how.headers });
    }).then(function (r) {
      password.value = "";
      if (r.type === "opaqueredirect") { return ask(box.dataset.clock, { headers: how.headers }).then(function (found) {
        if (found && String(found.who) === box.dataset.who) { set(found.left, found.final); settle(found.token); return; }
        refused.textContent = "还要输入动态码：请按“在新窗口登录”，完成以后回到这里。";
      }); }
      return r.text().then(function (text) {
        var why = new DOMParser().parseFromString(text, "text/html").querySelector(".errsum li, main p");
        refused.textContent = why ? why.textContent.trim() : "没有登录上，请再试一次。";
        password.focus();
      });
    }).catch(function () { refused.textContent = "没有连上服务器，请再试一次。"; });
  }
  // Signing in again has changed the token: the forms on this page get the new one.
  function settle(token) {
    if (token) { document.querySelectorAll('[name="csrfmiddlewaretoken"]').forEach(function (field) { field.value = token; }); }
    if (isOver) { document.dispatchEvent(new CustomEvent("session-back")); }
    isOver = false;
    box.classList.remove("over");
    act.close.textContent = "知道了";
    if (box.open) { box.close(); }
  }
  function show(offered) {
    [act.stay, act.signIn, act.close, act.here].forEach(function (one) { one.hidden = offered.indexOf(one) < 0; });
    if (!box.open) { box.showModal(); }
    (offered[0] === act.here ? password : offered[0]).focus();
  }

  act.stay.addEventListener("click", function () {
    var form = new FormData(), token = document.querySelector('[name="csrfmiddlewaretoken"]');
    form.append("csrfmiddlewaretoken", token ? token.value : "");
    ask(box.dataset.stay, { method: "POST", body: form }).then(function (found) {
      if (found === null) { over(); return; }
      set(found.left, found.final); settle(found.token);
    }).catch(function () { words.textContent = "没有连上服务器。请再按一次“继续使用”。"; });
  });
  act.here.addEventListener("submit", function (ev) { ev.preventDefault(); if (password.value) { signInHere(); } else { refused.textContent = "请输入密码。"; password.focus(); } });
  act.close.addEventListener("click", function () { if (isOver) { look(); } else { box.close(); } });
  box.addEventListener("cancel", function (ev) { if (isOver) { ev.preventDefault(); } });
  document.addEventListener("session-over", function () { if (!isOver) { typed = true; over(); } });
  document.addEventListener("input", function (ev) { if (ev.target.form && ev.target.form.method === "post") { typed = true; } });
  document.addEventListener("visibilitychange", function () { if (!document.hidden && ends - Date.now() <= warn) { look(); } });
  set(Number(box.dataset.left), box.dataset.final === "1");
})();
