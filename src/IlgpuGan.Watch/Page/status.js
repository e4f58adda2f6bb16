// The line of each run, and what its watchdog found.
import { count, duration, element, make, number } from './words.js';

const states = { preparing: 'loading data', training: 'training', finished: 'finished', stopped: 'stopped' };

function facts(run, isGone) {
  const { status, about } = run;
  const made = [];
  const fact = (value, unit, hint) => made.push(make('span', { className: 'fact', title: hint ?? '' }, make('b', {}, value), unit ? ` ${unit}` : ''));
  if (about) fact(`${count(status.step)} / ${count(about.steps)}`, 'steps');
  if (status.step > 0) fact(number(status.kimg), 'kimg', 'Thousand real images shown');
  if (status.imagesPerSecond > 0) fact(number(status.imagesPerSecond), 'images/s');
  const ranks = Object.keys(run.reports?.columns ?? {}).filter(name => /^rank_waits\/\d+ /.test(name) && run.reports.columns[name].at(-1) != null).length;
  if (ranks > 1) fact(count(ranks), 'ranks', 'Processes that train together');
  if (status.secondsLeft !== undefined && !isGone) fact(duration(status.secondsLeft), 'left');
  else if (status.seconds > 0) fact(duration(status.seconds), 'in all');
  if (status.reading !== undefined) fact(`${Math.round(status.reading * 100)} %`, 'of the log read');
  return make('span', { className: 'facts' }, ...made);
}

const shareOf = run => (run.about ? Math.min(1, run.status.step / run.about.steps) : 0);

/** The lines of the runs. Of several, each has a box that takes it out of the charts. */
export class Header {
  #left = new Set();
  #rows = new Map();
  #changed;

  constructor(changed) {
    this.#changed = changed;
  }

  isInCharts(run) {
    return !this.#left.has(run.name);
  }

  show(runs, isGone) {
    const known = runs.filter(run => run.status);
    const isOne = runs.length === 1;
    const list = element('runs');
    list.classList.toggle('many', !isOne);
    element('many').hidden = isOne;
    const rows = known.map(run => this.#row(run, isOne));
    if (rows.length !== list.children.length || rows.some((row, i) => row !== list.children[i])) list.replaceChildren(...rows);
    known.forEach((run, i) => this.#fill(rows[i], run, isOne, isGone));
    const first = known[0];
    if (first) {
      const share = first.about ? `${Math.floor(100 * shareOf(first))} % · ` : '';
      document.title = `${isGone ? '✕ ' : ''}${share}${known.map(run => run.name).join(', ')} – IlgpuGan`;
    }
  }

  /** A row stays, with its box: who presses it just when news come in still presses it. */
  #row(run, isOne) {
    const key = `${isOne} ${run.number} ${run.name}`;
    if (!this.#rows.has(key)) {
      const row = make('li', {}, make(isOne ? 'h1' : 'h2', {}, isOne ? run.name : this.#box(run)));
      row.dataset.run = run.number;
      this.#rows.set(key, row);
    }
    return this.#rows.get(key);
  }

  #fill(row, run, isOne, isGone) {
    const state = isGone ? 'gone' : run.status.state;
    const share = shareOf(run);
    const about = run.about ? `${run.about.settings} · ${run.about.device}` : '';
    while (row.children.length > 1) row.lastChild.remove();
    row.append(
      make('span', { className: `state ${state}` }, isGone ? 'server gone' : states[run.status.state]),
      facts(run, isGone),
      make('progress', { max: 1, value: share, ariaLabel: `${run.name}: ${Math.round(share * 100)} % of the steps` }));
    if (about && isOne) row.append(make('p', { className: 'about' }, about));
    else row.title = about;
  }

  #box(run) {
    const box = make('input', { type: 'checkbox', checked: this.isInCharts(run) });
    box.addEventListener('change', () => {
      this.#left[box.checked ? 'delete' : 'add'](run.name);
      this.#changed();
    });
    return make('label', { title: `${run.name} in the charts` }, box, make('span', {}, run.name));
  }
}

let shown = '';

export function showFindings(runs) {
  const found = runs.flatMap(run => run.findings.map(finding => ({ ...finding, run })));
  const list = element('findings');
  list.hidden = found.length === 0;
  const text = JSON.stringify(found.map(finding => [finding.run.number, finding.step, finding.sentence]));
  // A list that is made anew is read out anew.
  if (text === shown) return;
  shown = text;
  list.replaceChildren(...found.reverse().map(finding => make('li', { className: finding.isCollapse ? 'lost' : '' },
    make('b', {}, `${runs.length > 1 ? `${finding.run.name}, ` : ''}step ${count(finding.step)}`),
    ` ${finding.sentence}`)));
}
