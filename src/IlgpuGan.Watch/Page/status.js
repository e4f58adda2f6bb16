// The line of each run, and what its watchdog found.
import { count, duration, element, make, number } from './words.js';

const states = { preparing: 'loading data', training: 'training', finished: 'finished', stopped: 'stopped' };

function line(run, isOne, isGone) {
  const { status, about } = run;
  const state = isGone ? 'gone' : status.state;
  const facts = [];
  const fact = (value, unit, hint) => facts.push(make('span', { className: 'fact', title: hint ?? '' }, make('b', {}, value), unit ? ` ${unit}` : ''));
  if (about) fact(`${count(status.step)} / ${count(about.steps)}`, 'steps');
  if (status.step > 0) fact(number(status.kimg), 'kimg', 'Thousand real images shown');
  if (status.imagesPerSecond > 0) fact(number(status.imagesPerSecond), 'images/s');
  if (status.secondsLeft !== undefined && !isGone) fact(duration(status.secondsLeft), 'left');
  else if (status.seconds > 0) fact(duration(status.seconds), 'in all');
  if (status.reading !== undefined) fact(`${Math.round(status.reading * 100)} %`, 'of the log read');
  const share = about ? Math.min(1, status.step / about.steps) : 0;
  const name = make(isOne ? 'h1' : 'h2', {}, run.name);
  const row = make('li', {},
    name,
    make('span', { className: `state ${state}` }, isGone ? 'server gone' : states[status.state]),
    make('span', { className: 'facts' }, ...facts),
    make('progress', { max: 1, value: share, ariaLabel: `${run.name}: ${Math.round(share * 100)} % of the steps` }));
  if (about) row.append(make('p', { className: 'about' }, `${about.settings} · ${about.device}`));
  row.dataset.run = run.number;
  return row;
}

export function showRuns(runs, isGone) {
  const known = runs.filter(run => run.status);
  const list = element('runs');
  list.classList.toggle('many', runs.length > 1);
  list.replaceChildren(...known.map(run => line(run, runs.length === 1, isGone)));
  const first = known[0];
  if (first) {
    const share = first.about ? `${Math.floor(100 * Math.min(1, first.status.step / first.about.steps))} % · ` : '';
    document.title = `${isGone ? '✕ ' : ''}${share}${known.map(run => run.name).join(', ')} – IlgpuGan`;
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
