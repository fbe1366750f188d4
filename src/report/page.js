// Draws the charts of a report with uPlot. The page's tables hold the same
// figures, so it is complete without this.
(() => {
  'use strict';
  const root = document.documentElement;
  const charts = JSON.parse(document.getElementById('data').textContent);
  const color = (name) =>
      getComputedStyle(root).getPropertyValue('--' + name).trim();
  const dashes = {plan: [6, 4], third: [2, 3], old: [8, 3, 2, 3]};
  const font = '12px system-ui, sans-serif';

  const short = (value) => {
    const size = Math.abs(value);
    const [unit, by] = size >= 1e9 ? [' G', 1e9] : size >= 1e6 ? [' M', 1e6] :
        size >= 1e4 ? [' k', 1e3] : ['', 1];
    return +(value / by).toPrecision(4) + unit;
  };
  const amount = (value, unit) => {
    if (value == null) return '–';
    if (unit !== 'ms') return short(value) + (unit ? ' ' + unit : '');
    return value >= 1000 ? short(value / 1000) + ' s' :
        value >= 1 || value === 0 ? short(value) + ' ms' :
        short(value * 1000) + ' µs';
  };
  const pad = (number) => String(number).padStart(2, '0');
  const clock = (seconds) => seconds >= 3600 ?
      Math.floor(seconds / 3600) + ':' + pad(Math.floor(seconds / 60) % 60) +
      ':' + pad(seconds % 60) :
      Math.floor(seconds / 60) + ':' + pad(seconds % 60);
  const share = (nines) => +(100 * (1 - 10 ** -nines)).toFixed(
      Math.max(0, Math.ceil(nines))) + ' %';
  const utc = (seconds) => new Date(seconds * 1000).toISOString();

  // The steps of an axis of time, in seconds.
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
                 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2419200,
                 7257600, 31536000];
  // How the values of x are written: on the axis, and at the cursor.
  const axes = {
    seconds: {
      incrs: steps,
      ticks: (u, all) => all.map(
          (each) => each % 1 ? '' : u.scales.x.max < 120 ? each + ' s' :
              clock(each)),
      cursor: (x) => x + ' s',
    },
    time: {
      incrs: steps.slice(6),
      ticks: (u, all, axis, space, step) => all.map(
          (each) => step >= 86400 ? utc(each).slice(5, 10) :
              utc(each).slice(11, 16)),
      cursor: (x) => utc(x).slice(0, 16).replace('T', ' '),
    },
    nines: {
      splits: (u) => [Math.log10(2), 1, 2, 3, 4, 5, 6, 7].filter(
          (each) => each <= u.scales.x.max),
      ticks: (u, all) => all.map(share),
      cursor: (x, chart, at) => chart.names[at],
    },
    trials: {
      incrs: [1, 2, 5, 10, 20, 50, 100],
      ticks: (u, all) => all,
      cursor: (x) => 'trial ' + x,
    },
  };

  function bandsOf(u, chart) {
    const {ctx, bbox} = u;
    ctx.save();
    ctx.fillStyle = color('band');
    for (const [from, to] of chart.bands) {
      const left = Math.max(u.valToPos(from, 'x', true), bbox.left);
      const right =
          Math.min(u.valToPos(to, 'x', true), bbox.left + bbox.width);
      if (right > left) {
        ctx.fillRect(left, bbox.top, Math.max(right - left, 2), bbox.height);
      }
    }
    ctx.restore();
  }

  function limitsOf(u, chart) {
    const {ctx, bbox} = u;
    const scale = devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = color('bad');
    ctx.lineWidth = scale;
    ctx.setLineDash([4 * scale, 3 * scale]);
    ctx.font = 11 * scale + 'px system-ui, sans-serif';
    chart.limits.forEach(([value, name], i) => {
      const y = u.valToPos(value, 'y', true);
      if (!(y >= bbox.top && y <= bbox.top + bbox.height)) return;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      const above = y - 14 * scale > bbox.top;
      ctx.textBaseline = above ? 'bottom' : 'top';
      // Names of limits that are close to each other are on both sides.
      ctx.textAlign = i % 2 ? 'left' : 'right';
      ctx.fillText(
          name, bbox.left + (i % 2 ? 4 * scale : bbox.width - 4 * scale),
          y + (above ? -3 : 3) * scale);
    });
    ctx.restore();
  }

  function legendOf(chart) {
    const list = document.createElement('ul');
    list.className = 'legend';
    const values = chart.series.map(({name, style}) => {
      const item = list.appendChild(document.createElement('li'));
      const swatch = item.appendChild(document.createElement('span'));
      swatch.style.color = color(style);
      swatch.style.borderTopStyle = dashes[style] ? 'dashed' : 'solid';
      item.append(name);
      return item.appendChild(document.createElement('b'));
    });
    const place = list.appendChild(document.createElement('li'));
    const show = (u) => {
      const at = u.cursor.idx;
      place.textContent =
          at == null ? '' : 'at ' + axes[chart.x].cursor(u.data[0][at], chart, at);
      values.forEach((value, i) => {
        value.textContent =
            at == null ? '' : amount(chart.data[i + 1][at], chart.unit);
      });
    };
    return {list, show};
  }

  // A scale of logarithms has no place for 0.
  const plotted = (chart) => chart.data.map(
      (values, i) => i === 0 || !chart.log ? values :
          values.map((value) => value > 0 ? value : null));
  const hasPoints = (chart) => chart.data[0].length < 40;

  function draw(chart) {
    const place = document.getElementById(chart.id);
    const legend = legendOf(chart);
    const points = hasPoints(chart);
    const axis = axes[chart.x];
    const grid = {stroke: color('grid'), width: 1};
    const plot = document.createElement('div');
    place.replaceChildren(plot, legend.list);
    plot.setAttribute('role', 'img');
    plot.setAttribute('aria-label', chart.label);
    return new uPlot({
      width: place.clientWidth,
      height: 240,
      legend: {show: false},
      cursor: {
        sync: chart.group ? {key: chart.group} : undefined,
        points: {size: 7},
      },
      scales: {
        x: {
          time: false,
          range: (u, least, most) => [least, most > least ? most : least + 1],
        },
        y: {
          distr: chart.log ? 3 : 1,
          // Whole powers of ten, at most six.
          range: chart.log ? (u, least, most) => [
            10 ** Math.floor(Math.log10(Math.max(least, most / 1e5))),
            10 ** Math.ceil(Math.log10(most)),
          ] : (u, least, most) => {
            const above = chart.limits.reduce(
                (max, [value]) => value < 3 * most ? Math.max(max, value) : max,
                most);
            return [0, above > 0 ? above * 1.08 : 1];
          },
        },
      },
      axes: [
        {stroke: color('quiet'), font, grid, ticks: grid, space: 64,
         incrs: axis.incrs, splits: axis.splits, values: axis.ticks},
        {stroke: color('quiet'), font, grid, ticks: grid, size: 64,
         values: (u, all) => all.map(
             (each) => each == null ? '' :
                 chart.unit === 'ms' ? amount(each, 'ms') : short(each))},
      ],
      series: [{}].concat(chart.series.map(({name, style}) => ({
        label: name,
        stroke: color(style),
        width: style === 'main' ? 2 : 1.5,
        dash: dashes[style],
        points: {show: points, size: 5, fill: color('paper')},
      }))),
      hooks: {
        drawClear: [(u) => bandsOf(u, chart)],
        draw: [(u) => limitsOf(u, chart)],
        setCursor: [legend.show],
      },
    }, plotted(chart), plot);
  }

  let drawn = [];
  const drawAll = () => {
    drawn.forEach((u) => u.destroy());
    drawn = charts.map(draw);
  };
  drawAll();
  // A live page has later figures of the same charts.
  addEventListener('charts', ({detail}) => detail.forEach((chart, i) => {
    const same = chart.log === charts[i].log &&
        hasPoints(chart) === hasPoints(charts[i]);
    Object.assign(charts[i], chart);
    if (same) {
      drawn[i].setData(plotted(chart));
      drawn[i].root.parentElement.setAttribute('aria-label', chart.label);
    } else {
      drawn[i].destroy();
      drawn[i] = draw(charts[i]);
    }
  }));
  matchMedia('(prefers-color-scheme: dark)')
      .addEventListener('change', drawAll);
  addEventListener('resize', () => drawn.forEach((u, i) => u.setSize({
    width: document.getElementById(charts[i].id).clientWidth,
    height: 240,
  })));
  // On paper, all tables are open and the colours are the light ones.
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')];
    opened.forEach((each) => { each.open = true; });
    root.dataset.paper = '';
    drawAll();
  });
  addEventListener('afterprint', () => {
    opened.forEach((each) => { each.open = false; });
    delete root.dataset.paper;
    drawAll();
  });
})();
