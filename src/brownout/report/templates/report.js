"use strict";
/* Draws the timeline. Texts from the drill reach the page as canvas text or textContent, never as HTML. */
(function () {
  var data = JSON.parse(document.getElementById("chart-data").textContent);
  var box = document.getElementById("chart");
  var PLAIN = { symbol: "none" };
  var OUTCOMES = [
    { key: "answered", name: "Answered whole", pattern: { symbol: "none" } },
    { key: "refused", name: "Refused honestly", pattern: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1, 4], rotation: 0 } },
    { key: "failed", name: "Failed", pattern: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4 } },
    { key: "hung", name: "Hung", pattern: { symbol: "circle", symbolSize: 0.8, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0] } },
  ];
  var LINES = [
    { key: "p50", name: "Wait, p50", type: "solid" },
    { key: "p95", name: "Wait, p95", type: "dashed" },
    { key: "users", name: "Users", type: "dotted", axis: true },
  ];

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim() || "#888";
  }
  function duration(value) {
    if (value === null || value === undefined) return "–";
    if (value < 0.9995) return Math.round(value * 1000) + "ms";
    if (value < 59.95) return String(Math.round(value * 10) / 10) + "s";
    var minutes = Math.round(value / 60);
    if (minutes < 60) return minutes + "m";
    return Math.floor(minutes / 60) + "h" + (minutes % 60 ? (minutes % 60) + "m" : "");
  }
  function phaseAt(t) {
    return data.phases.find(function (phase) { return phase.start <= t && t < phase.end; });
  }
  function points(key) {
    return data.t.map(function (t, index) { return [t, data.series[key][index]]; });
  }

  /* Where things stand, in pixels: the strip of phases, the status page, and three charts on one time axis. */
  function layout() {
    var narrow = box.clientWidth < 620;
    var left = narrow ? 42 : 58, right = narrow ? 34 : 52;
    var legend = narrow ? 84 : box.clientWidth < 860 ? 66 : 46;
    var posts = data.posts.length ? (narrow ? 18 : 26) : 0;
    var heights = [22, posts, 196, 62, 118], tops = [], top = legend;
    heights.forEach(function (height, index) {
      tops.push(top);
      top += height + [2, data.posts.length ? 32 : 28, 40, 40, 0][index];
    });
    box.style.height = top + 66 + "px";
    return { narrow: narrow, left: left, right: right, width: box.clientWidth - left - right, tops: tops, heights: heights };
  }

  /* The number of a phase, as in the table below, and its name if it fits into its stretch. */
  function phaseLabel(phase, index, at) {
    var room = ((phase.end - phase.start) / data.end) * at.width - 6;
    var full = index + 1 + "  " + phase.name;
    return full.length * 6.6 <= room ? full : room >= 9 ? String(index + 1) : "";
  }
  function areas(strong, at) {
    return data.phases.map(function (phase, index) {
      var style = { color: colour(phase.impact), opacity: strong ? 1 : 0.5 };
      if (strong) { style.borderColor = colour(phase.impact + "-edge"); style.borderWidth = 1; }
      return [
        { xAxis: phase.start, name: phase.name, itemStyle: style,
          label: { show: strong, formatter: phaseLabel(phase, index, at), position: "inside", color: colour("ink"), fontSize: 12 } },
        { xAxis: phase.end },
      ];
    });
  }
  function shade(index, at) {
    return { id: "phases-" + index, name: "Phases", type: "line", xAxisIndex: index, yAxisIndex: index, data: [[0, null]], silent: true,
      tooltip: { show: false }, markArea: { silent: true, animation: false, data: areas(index === 0, at) } };
  }

  function row(table, name, value, paint) {
    var line = table.insertRow(), cell = line.insertCell();
    if (paint) { var dot = document.createElement("i"); dot.style.background = paint; cell.appendChild(dot); }
    cell.appendChild(document.createTextNode(name));
    line.insertCell().textContent = value;
  }
  function tooltip(params) {
    var at = params.length ? Math.floor(params[0].axisValue / data.width) : 0;
    at = Math.min(Math.max(at, 0), data.t.length - 1);
    var start = at * data.width, phase = phaseAt(data.t[at]);
    var tip = document.createElement("div"), table = document.createElement("table"), head = document.createElement("b");
    tip.className = "tip";
    head.textContent = (phase ? phase.name + " (" + phase.impact.replace(/_/g, " ") + ")" : "after the timeline");
    tip.append(head, "Drill " + start + "s" + (phase ? " · incident " + duration(start * data.speed) : ""), table);
    OUTCOMES.forEach(function (item) { row(table, item.name, String(data.series[item.key][at]), colour(item.key)); });
    row(table, "Faults injected", String(data.series.injected[at]), colour("injected"));
    LINES.forEach(function (item) {
      var value = data.series[item.key][at];
      row(table, item.name, item.axis ? String(value === null ? "–" : value) : duration(value), colour(item.key));
    });
    return tip;
  }

  function axes(at) {
    var ink = colour("soft"), line = colour("line");
    var x = at.tops.map(function (_, index) {
      var last = index === 4;
      return { type: "value", gridIndex: index, min: 0, max: data.end, containShape: false,
        axisLabel: { show: last, color: ink, formatter: "{value}s", hideOverlap: true, showMaxLabel: at.narrow ? false : null },
        axisTick: { show: last, lineStyle: { color: line } }, axisLine: { show: index > 1, onZero: false, lineStyle: { color: line } },
        splitLine: { show: false }, axisPointer: { show: true, type: "line", snap: false, label: { show: false }, lineStyle: { color: ink } } };
    });
    var label = { color: ink, fontSize: 11 }, split = { lineStyle: { color: line, opacity: 0.7 } };
    function y(index, more) {
      return Object.assign({ type: "value", gridIndex: index, axisLabel: label, splitLine: split, splitNumber: 3, axisPointer: { show: false } }, more);
    }
    return { x: x, y: [
      y(0, { show: false, min: 0, max: 1 }), y(1, { show: false, min: 0, max: 1 }), y(2, { minInterval: 1 }), y(3, { minInterval: 1, splitNumber: 2 }),
      y(4, { axisLabel: { color: ink, fontSize: 11, formatter: function (value) { return value ? duration(value) : "0"; } } }),
      y(4, { position: "right", minInterval: 1, min: 0, splitLine: { show: false } }),
    ] };
  }

  function bars() {
    var series = OUTCOMES.map(function (item) {
      var decal = Object.assign({ color: colour("card") }, item.pattern);
      return { name: item.name, id: item.key, type: "bar", stack: "questions", xAxisIndex: 2, yAxisIndex: 2, barCategoryGap: "12%",
        data: points(item.key), itemStyle: { color: colour(item.key), decal: decal }, emphasis: { disabled: true } };
    });
    series.push({ name: "Faults injected", id: "injected", type: "bar", xAxisIndex: 3, yAxisIndex: 3, barCategoryGap: "12%",
      data: points("injected"), itemStyle: { color: colour("injected"), decal: PLAIN }, emphasis: { disabled: true } });
    return series;
  }
  function lines() {
    return LINES.map(function (item) {
      return { name: item.name, id: item.key, type: "line", xAxisIndex: 4, yAxisIndex: item.axis ? 5 : 4, data: points(item.key), connectNulls: false,
        symbol: "none", step: item.axis ? "middle" : false, lineStyle: { width: item.axis ? 1.5 : 2, type: item.type, color: colour(item.key) },
        itemStyle: { color: colour(item.key), decal: PLAIN }, emphasis: { disabled: true } };
    });
  }
  /* What the status page said, beside a mark; left out where the next mark is too near: the list below has all. */
  function posts(at) {
    return { name: "Status page", id: "posts", type: "scatter", xAxisIndex: 1, yAxisIndex: 1, silent: true, symbol: "diamond", symbolSize: 10,
      data: data.posts.map(function (post, index) {
        var text = at.narrow ? post.say : post.provider + " status: " + post.say, next = data.posts[index + 1], leftwards = !next && post.t > data.end * 0.75;
        var room = ((next ? next.t - post.t : data.end) / data.end) * at.width - 14;
        return { value: [post.t, 0.5], label: { show: text.length * (at.narrow ? 5 : 6.4) <= room, formatter: text, position: leftwards ? "left" : "right" } };
      }),
      itemStyle: { color: colour("ink"), decal: PLAIN }, label: { color: colour("ink"), fontSize: at.narrow ? 10 : 12, distance: 5 }, tooltip: { show: false } };
  }

  function titles(at) {
    var texts = [null, null, "Questions by what users got", "Faults injected", "Waiting time (left) and users (right)"];
    return texts.map(function (text, index) {
      return { text: text || "", left: at.left - 4, top: at.tops[index] - 26, padding: 4, textStyle: { fontSize: 13, fontWeight: 600, color: colour("ink") } };
    });
  }
  function option() {
    var at = layout(), axis = axes(at), all = [0, 1, 2, 3, 4];
    return {
      animation: false, backgroundColor: "transparent", aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      title: titles(at),
      legend: { top: 10, left: at.narrow ? 8 : at.left - 4, right: 8, itemWidth: 24, itemHeight: 11, itemGap: at.narrow ? 9 : 14,
        data: OUTCOMES.map(function (item) { return { name: item.name, icon: "rect" }; }).concat({ name: "Faults injected", icon: "rect" }, LINES),
        textStyle: { color: colour("ink"), fontSize: 12 }, inactiveColor: colour("soft") },
      tooltip: { trigger: "axis", formatter: tooltip, confine: true, backgroundColor: colour("card"), borderColor: colour("line"), textStyle: { color: colour("ink") } },
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      grid: at.tops.map(function (top, index) { return { left: at.left, right: at.right, top: top, height: at.heights[index] }; }),
      xAxis: axis.x, yAxis: axis.y,
      dataZoom: [{ type: "slider", xAxisIndex: all, bottom: 10, height: 20, left: at.left, right: at.right, showDataShadow: false, brushSelect: false,
        filterMode: "none", labelFormatter: function (value) { return Math.round(value) + "s"; }, textStyle: { color: colour("soft"), fontSize: 11 },
        borderColor: colour("line"), fillerColor: "rgba(120,140,170,0.18)" }],
      series: [0, 2, 3, 4].map(function (index) { return shade(index, at); }).concat(bars(), lines(), posts(at)),
    };
  }

  box.dataset.ready = "yes";
  var chart = echarts.init(box, null, { renderer: "canvas" });
  function draw() { var wanted = option(); chart.resize(); chart.setOption(wanted, true); }
  draw();
  window.addEventListener("resize", draw);
  window.addEventListener("beforeprint", draw);
  window.addEventListener("afterprint", draw);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
