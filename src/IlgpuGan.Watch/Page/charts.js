// The curves. One chart for each question one has about a training; several runs share a chart where that can be read.
import { Chart } from './chart.js';
import { element } from './words.js';

const layerPrefix = 'discriminator_gradient_norms/';
const termPrefix = 'terms/';
const waitPrefix = 'rank_waits/';

/** What a run has of one quantity; null where it has nothing. */
function curve(table, name, label, look = {}) {
  const ys = table?.columns[name];
  return ys?.some(value => value !== null) ? { table, ys, label, ...look } : null;
}

/** Curves of all runs in one chart: of one run by quantity, of several by run, with the second quantity dashed. */
function together(runs, isOne, quantities) {
  return runs.flatMap(run => quantities.map(([name, label], i) => curve(run.reports, name, isOne ? label : `${run.name} ${label}`,
    { color: isOne ? i : run.number, isDashed: !isOne && i === 1, isFaint: i > 1 })));
}

/** The parts of G's loss that runs have beside D's judgement. */
function terms(runs, isOne) {
  const names = new Set(runs.flatMap(run => Object.keys(run.reports?.columns ?? {}).filter(name => name.startsWith(termPrefix))));
  return together(runs, isOne, [...names].map(name => [name, name.slice(termPrefix.length)]));
}

/** What a run has many of a kind of, from the first to the last. */
function family(run, prefix, label = name => name) {
  const names = Object.keys(run.reports?.columns ?? {}).filter(name => name.startsWith(prefix));
  return names.map((name, i) => curve(run.reports, name, label(name.slice(prefix.length)), { shade: names.length > 1 ? i / (names.length - 1) : 0 }));
}

function wanted(runs, isOne) {
  const divergences = new Set(runs.map(run => run.about?.divergence).filter(Boolean));
  // Of translations x is what comes in.
  const [real, fake] = runs.length > 0 && runs.every(run => run.about?.translation) ? ['D(y)', 'D(G(x))'] : ['D(x)', 'D(G(z))'];
  const charts = [
    { id: 'losses', title: 'Losses', hint: 'As D and G minimise them', curves: together(runs, isOne, [['discriminator_loss', 'D'], ['generator_loss', 'G']]) },
    { id: 'terms', title: 'Other parts of G’s loss', hint: 'Beside what D says, before their weights', min: 0, curves: terms(runs, isOne) },
    {
      id: 'probabilities', title: 'What D says', hint: `Mean probability of being real: of reals ${real}, of fakes ${fake}`, min: 0, max: 1,
      curves: together(runs, isOne, [['real_probability', real], ['fake_probability', fake]]),
    },
    {
      id: 'divergence', title: divergences.size === 1 ? `${[...divergences][0]} divergence` : 'Divergence', hint: 'What D’s loss says it is at least',
      curves: together(runs, isOne, [['divergence_bound', isOne ? 'lower bound' : '']]),
    },
    ...runs.map(run => ({
      id: `layers-${run.number}`, title: isOne ? 'Gradient norms of D’s layers' : `Gradient norms, ${run.name}`, hint: 'By layer from the image on, log axis', isLog: true, curves: family(run, layerPrefix),
    })),
    {
      id: 'gradients', title: 'Gradient norms', hint: 'Of all weights, log axis', isLog: true,
      curves: together(runs, isOne, [['discriminator_gradient_norm', 'D'], ['generator_gradient_norm', 'G']]),
    },
    { id: 'penalty', title: 'Penalty of D', hint: 'Before its weight', curves: together(runs, isOne, [['penalty', isOne ? 'penalty' : '']]) },
    {
      id: 'augmentation', title: 'Augmentation p', hint: 'How often adaptive augmentation changes what D sees', min: 0,
      curves: together(runs, isOne, [['augmentation_probability', isOne ? 'p' : '']]),
    },
    {
      id: 'coverage', title: 'Coverage and fidelity', hint: 'Share of reals with a fake near them, and of fakes with a real, for D’s eyes', min: 0,
      curves: together(runs, isOne, [['coverage', 'coverage'], ['fidelity', 'fidelity']]),
    },
    {
      id: 'nearness', title: 'Nearness to training images', hint: 'Distance of fakes to the nearest, as a share of that between training images: well below 1 are copies', min: 0,
      curves: together(runs, isOne, [['nearness', isOne ? 'nearness' : '']]),
    },
    {
      id: 'spread', title: 'Spread of fakes', hint: 'As a share of that of reals: 1 is as varied, 0 all alike', min: 0,
      curves: together(runs, isOne, [['pixel_spread', 'pixels'], ['feature_spread', 'features']]),
    },
    ...[...new Set(runs.flatMap(run => Object.keys(run.metrics)))].sort().map(name => ({
      id: `metric-${name}`, title: name.length <= 4 ? name.toUpperCase() : name, hint: 'Ringed: the best so far',
      curves: runs.map(run => curve(run.metrics[name], 'value', isOne ? name : run.name,
        { color: isOne ? 0 : run.number, hasPoints: true, best: run.metrics[name]?.columns.best?.findLastIndex(value => value > 0) ?? -1, reports: run.reports })),
    })),
    ...runs.map(run => ({
      id: `waits-${run.number}`, title: isOne ? 'Waiting of ranks' : `Waiting of ranks, ${run.name}`, hint: 'Share of the time that each process waits for the others', min: 0,
      curves: family(run, waitPrefix, name => (/^\d/.test(name) ? `rank ${name}` : name)),
    })),
    { id: 'speed', title: 'Speed', hint: 'Real images shown per second', min: 0, curves: together(runs, isOne, [['images_per_second', isOne ? 'images/s' : '']]) },
  ];
  return charts.map(chart => ({ ...chart, curves: chart.curves.filter(Boolean) })).filter(chart => chart.curves.length > 0);
}

export class Charts {
  #charts = new Map();
  #runs = [];
  #isOne = true;
  #axis = element('axis');
  #range = element('range');

  constructor() {
    const again = () => this.show(this.#runs, this.#isOne);
    this.#axis.addEventListener('change', again);
    this.#range.addEventListener('change', again);
    // Colours are drawn, not styled: another scheme means drawing again.
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      for (const chart of this.#charts.values()) chart.forget();
      again();
    });
  }

  /** @param isOne Whether the page has one run only: its curves then need no name of it, and keep their colours when others are taken out. */
  show(runs, isOne) {
    this.#runs = runs;
    this.#isOne = isOne;
    const all = wanted(runs.filter(run => run.reports), isOne);
    element('curves').hidden = all.length === 0;
    const box = element('charts');
    const ids = new Set(all.map(chart => chart.id));
    for (const [id, chart] of this.#charts) {
      if (!ids.has(id)) {
        chart.remove();
        this.#charts.delete(id);
      }
    }
    all.forEach((spec, i) => {
      let chart = this.#charts.get(spec.id);
      if (!chart) this.#charts.set(spec.id, chart = new Chart(spec.id));
      if (box.children[i] !== chart.box) box.insertBefore(chart.box, box.children[i] ?? null);
      chart.show(spec, this.#axis.value, Number(this.#range.value));
    });
  }
}
