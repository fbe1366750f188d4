// Keeps the page of a run that goes on up to date, and passes on what its
// reader asks for.
(() => {
  'use strict';
  const byId = (id) => document.getElementById(id);
  const controls = byId('controls');
  const [pause, set, end, rate] = ['pause', 'set', 'end', 'rate'].map(byId);
  // The page has the token if it was opened on the machine of the run. From
  // elsewhere, it is in the link that the run shows at its start.
  const token = controls.dataset.token || location.hash.slice(1);
  const mayAsk = controls.dataset.control === 'yes' && token !== '';
  let last = {};

  const format = new Intl.NumberFormat('en', {maximumSignificantDigits: 4});
  function fill(figure, chart) {
    const rows = chart.data[0].map((x, at) => {
      const row = document.createElement('tr');
      [x, ...chart.data.slice(1).map((values) => values[at])]
          .forEach((value, i) => {
            const cell =
                row.appendChild(document.createElement(i ? 'td' : 'th'));
            if (!i) cell.scope = 'row';
            cell.className = 'n';
            cell.textContent = !i && chart.names ? chart.names[at] :
                value == null ? '–' : format.format(value);
          });
      return row;
    });
    figure.querySelector('tbody').replaceChildren(...rows);
  }

  function showCharts(charts) {
    dispatchEvent(new CustomEvent('charts', {detail: charts}));
    for (const chart of charts) {
      const figure = byId(chart.id + 'title').closest('figure');
      figure.querySelector('figcaption p').textContent = chart.remark;
      const rows = chart.data[0].length;
      const title = byId(chart.id + 'title').firstChild.textContent;
      figure.querySelector('summary').textContent =
          'Table: ' + title + ', ' + rows + (rows === 1 ? ' row' : ' rows');
      if (figure.querySelector('details').open) fill(figure, chart);
    }
  }

  const shown = {};
  function replace(id, html) {
    // A reader may be in the middle of what has not changed.
    if (shown[id] !== html) byId(id).innerHTML = html;
    shown[id] = html;
  }

  function show(state) {
    last = state;
    byId('word').textContent = state.word;
    byId('word').className = state.meaning;
    byId('sentence').textContent = state.sentence;
    document.title = state.word + document.title.replace(/^[^:]*/, '');
    pause.textContent = state.paused ? 'Go on' : 'Pause';
    for (const each of controls.querySelectorAll('button, input')) {
      each.disabled = !mayAsk || state.ending || state.over ||
          ('rate' in each.dataset && !state.rate);
    }
    if (document.activeElement !== rate) rate.value = state.rate || '';
    replace('tiles', state.tiles);
    replace('tables', state.tables);
    showCharts(state.charts);
  }

  const events = new EventSource('events');
  events.onmessage = ({data}) => {
    const state = JSON.parse(data);
    show(state);
    if (state.over) events.close();
  };
  events.onerror = () => {
    byId('word').textContent = 'No connection';
    byId('word').className = '';
    byId('sentence').textContent = 'The run has ended or cannot be reached.';
  };

  async function ask(words) {
    const answer = byId('answer');
    try {
      const response = await fetch('control', {
        method: 'POST',
        headers: {'X-Busyhour-Token': token},
        body: words,
      });
      const text = await response.text();
      answer.textContent = response.ok ? 'Asked: ' + words + '.' : text;
    } catch {
      answer.textContent = 'The run cannot be reached.';
    }
  }
  pause.onclick = () => ask(last.paused ? 'resume' : 'pause');
  byId('slower').onclick = () => ask('slower');
  byId('faster').onclick = () => ask('faster');
  set.onclick = () => {
    const value = rate.value.trim();
    const unit = controls.dataset.unit;
    ask(unit === 'x' ? 'speed ' + value :
        unit === 'bytes/s' ? 'rate ' + value + (/\d$/.test(value) ? 'B' : '') +
            '/s' : 'rate ' + value + unit);
  };
  rate.onkeydown = ({key}) => {
    if (key === 'Enter') set.click();
  };
  // Twice, because it cannot be undone.
  let sure;
  end.onclick = () => {
    if (sure) {
      ask('end');
    } else {
      end.textContent = 'End it now?';
      sure = setTimeout(() => {
        sure = 0;
        end.textContent = 'End the run';
      }, 4000);
    }
  };
  document.addEventListener('toggle', ({target}) => {
    const figure = target.closest('figure');
    const chart = last.charts?.find(
        ({id}) => figure && byId(id + 'title')?.closest('figure') === figure);
    if (chart && target.open) fill(figure, chart);
  }, true);
})();
