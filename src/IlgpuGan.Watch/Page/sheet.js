// Sample sheets of runs that translate say in their file where each image is.

const keyword = 'ilgpugan-table';
const head = 8;

/** The layout that a PNG file tells in a text of its own; null for none. */
export function layoutOf(bytes) {
  const view = new DataView(bytes);
  const text = new TextDecoder();
  for (let at = head; at + 12 <= view.byteLength;) {
    const length = view.getUint32(at);
    if (at + 12 + length > view.byteLength) return null;
    if (view.getUint32(at + 4) === 0x69545874) {
      // iTXt: the keyword, and five bytes for what is not compressed and of no language.
      const chunk = new Uint8Array(bytes, at + 8, length);
      const end = chunk.indexOf(0);
      if (text.decode(chunk.subarray(0, end)) === keyword) return layoutFrom(text.decode(chunk.subarray(end + 5)));
    }
    at += 12 + length;
  }
  return null;
}

// Of files of others anything may come.
function layoutFrom(json) {
  try {
    const layout = JSON.parse(json);
    return layout.heads.length > 1 && layout.rows.length > 0 ? layout : null;
  } catch {
    return null;
  }
}

/** Draws one image of a sheet on a canvas, pixel by pixel. */
export function drawCell(canvas, sheet, layout, row, column) {
  const { width, height, scale, step } = layout;
  const [left, top] = layout.rows[row];
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext('2d');
  pen.imageSmoothingEnabled = false;
  pen.drawImage(sheet, left + column * step, top, width * scale, height * scale, 0, 0, width, height);
}
