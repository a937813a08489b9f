/* In the form of a report: several files at once, one request each, with progress. One that is refused or breaks off takes no other along,
   and what broke off is sent again without being chosen again. Without this file a button leads to a page with a plain form. */
(function () {
  "use strict";
  var QUIET = 30000, LOOKING = 180000, LARGE = 4 * 1024 * 1024; // ms without a byte; ms for inspection and scanner; bytes
  if (!window.FormData || !window.XMLHttpRequest) { return; }
  var busy = [];

  function Box(box) {
    var input = box.querySelector("input[type=file]"), list = document.getElementById(box.dataset.list);
    var bar = part("progress"), said = part("said"), refused = part("refused"), waiting = part("waiting");
    var queue = [], all = 0, done = [], left = 0, isSending = false, instead = null;
    function part(name) { return box.querySelector('[data-part="' + name + '"]'); }
    function say(words) { said.textContent = words; }
    box.hidden = false;
    busy.push(function () { return queue.length > 0; });

    input.addEventListener("change", function () {
      var chosen = Array.prototype.slice.call(input.files);
      input.value = "";
      if (!chosen.length) { return; }
      if (instead) { input.focus(); instead.remove(); instead = null; }
      queue = queue.concat(chosen);
      all += chosen.length;
      waiting.hidden = true;
      if (!isSending) { next(); }
    });
    input.addEventListener("cancel", function () { instead = null; });
    part("again").addEventListener("click", function () { waiting.hidden = true; input.focus(); next(); });
    part("drop").addEventListener("click", function () {
      say("没有再传：" + names(queue) + "。");
      queue = []; begin();
      waiting.hidden = true;
      input.focus();
    });

    function begin() { all = 0; done = []; left = 0; }
    function next() {
      if (!queue.length) { finish(); return; }
      send(queue[0], all - queue.length + 1);
    }
    function send(file, number) {
      var form = new FormData(), xhr = new XMLHttpRequest(), timer, told = 0, isOver = false;
      var which = (all > 1 ? "第 " + number + " 个，共 " + all + " 个：" : "") + file.name;
      var token = document.querySelector('[name="csrfmiddlewaretoken"]'); // the newest: signing in again changes it
      function once(act) { return function () { if (!isOver) { isOver = true; clearTimeout(timer); isSending = false; act(); } }; }
      function patience(ms) { clearTimeout(timer); timer = setTimeout(function () { xhr.abort(); }, ms); }
      var lost = once(function () { stop("网络断了，还没有传上：" + names(queue) + "。文件还在这里，网络恢复以后按“再试”，不用重新选；在电脑上改过、挪走了的，按“不传了”再选。"); });
      isSending = true;
      bar.hidden = false;
      show(0);
      say("正在上传" + which);
      form.append("csrfmiddlewaretoken", token ? token.value : "");
      form.append("evidence", file, file.name);
      xhr.open("POST", box.dataset.uploads);
      xhr.setRequestHeader("Accept", "application/json");
      xhr.upload.addEventListener("progress", function (ev) {
        var percent = ev.lengthComputable ? Math.floor(100 * ev.loaded / ev.total) : 0;
        patience(QUIET);
        show(percent);
        // Large ones are told of at each quarter, small ones when they are through.
        if (file.size >= LARGE && percent < 100 && Math.floor(percent / 25) > told) { told = Math.floor(percent / 25); say(file.name + "，" + told * 25 + "%"); }
      });
      xhr.upload.addEventListener("load", function () { patience(LOOKING); label("送到了，正在检查：" + which); });
      xhr.addEventListener("load", once(function () { answered(xhr, file); }));
      ["error", "abort", "timeout"].forEach(function (name) { xhr.addEventListener(name, lost); });
      patience(QUIET);
      xhr.send(form);
      function label(words) { bar.firstElementChild.textContent = words; }
      function show(percent) { bar.querySelector("progress").value = percent; label("正在上传" + which + "，" + percent + "%"); }
    }
    function answered(xhr, file) {
      var found = null;
      try { found = JSON.parse(xhr.responseText); } catch (error) { found = null; }
      if (xhr.status === 200 && found && found.refusals) {
        queue.shift();
        list.innerHTML = found.list; // our own template, escaped there
        if (found.names.length) { done.push(file.name); } else { left += 1; refuse(file, found.refusals.join(" ")); }
        next();
      } else if (xhr.status === 409 && found) {
        queue = []; begin(); bar.hidden = true;
        say(found.sentence + "没有附上：" + file.name + "。");
      } else if (xhr.status === 413) {
        queue.shift(); left += 1;
        refuse(file, "“" + file.name + "”没有收：太大，服务器一次收不下。请压缩，或者拆成几份，再选一次。");
        next();
      } else if (xhr.status === 404) {
        queue = []; begin(); bar.hidden = true;
        say("您现在不能给这份汇报附文件了，没有附上：" + file.name + "。请刷新页面看看。");
      } else if (xhr.status === 200 || xhr.status === 403) {
        stop("登录可能已经失效，还没有传上：" + names(queue) + "。文件还在这里：在新窗口重新登录，再回到这里按“再试”，不用重新选。");
      } else {
        stop("服务器出了错，还没有传上：" + names(queue) + "。文件还在这里，过一会儿按“再试”，不用重新选。");
      }
    }
    function stop(words) { bar.hidden = true; waiting.hidden = false; say(words); }
    function finish() {
      var words = done.length ? "附上了 " + done.length + " 个：" + done.join("、") + "。" : "";
      bar.hidden = true;
      say(words + (left ? left + " 个没有收，原因写在下面，只要重新选这 " + left + " 个。" : ""));
      begin();
    }
    function refuse(file, sentence) {
      var line = document.createElement("li"), words = document.createElement("b"), acts = document.createElement("div");
      words.textContent = sentence;
      acts.className = "acts";
      acts.append(
        button("重新选", "“" + file.name + "”", function () { instead = line; input.click(); }),
        button("不传了", "“" + file.name + "”", function () { line.remove(); input.focus(); })
      );
      line.append(words, acts);
      refused.append(line);
    }
    function button(words, about, act) {
      var made = document.createElement("button"), hidden = document.createElement("span");
      made.type = "button";
      made.className = "btn btn-outline-primary";
      hidden.className = "visually-hidden";
      hidden.textContent = about;
      made.append(words, hidden);
      made.addEventListener("click", act);
      return made;
    }
  }
  function names(files) { return files.map(function (file) { return file.name; }).join("、"); }

  document.querySelectorAll("[data-uploads]").forEach(Box);
  // Leaving the page would break off what is being sent.
  window.addEventListener("beforeunload", function (ev) { if (busy.some(function (one) { return one(); })) { ev.preventDefault(); } });
})();
