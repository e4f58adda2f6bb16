// What is asked of a run that has ended.
import { make } from './words.js';

/** Whether a run has ended and left something to ask. */
export const hasEnded = run => (run.status?.state === 'finished' || run.status?.state === 'stopped') && Boolean(run.about) && run.samples.length > 0;

/** Offers runs in a select; the one that was chosen stays. */
export function offerRuns(select, runs) {
  const chosen = select.value;
  select.replaceChildren(...runs.map(run => make('option', { value: run.number }, run.name)));
  if (runs.some(run => String(run.number) === chosen)) select.value = chosen;
}

/**
 * A select for each column of labels.
 * @param chosen What was chosen, by column: it holds, for another run too, as long as there is such a value.
 * @param none The word for no choice; without it there must be one.
 */
export function labelChoices(columns, chosen, none = null) {
  return columns.map(column => {
    const select = make('select', {}, ...(none ? [make('option', { value: '' }, none)] : []), ...column.values.map(value => make('option', { value }, value)));
    select.dataset.column = column.name;
    const known = chosen.get(column.name);
    if (column.values.includes(known)) select.value = known;
    return make('label', {}, `${column.name.replaceAll('-', ' ')} `, select);
  });
}
