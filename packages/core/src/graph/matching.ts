/// Maximum matching between two sets (Hopcroft & Karp 1973), without recursion.
import type { Lists } from "./csr.ts";

/// `lists` names the right-hand partners of each left-hand element. Returns the partner of each left element, -1 for none.
export function maximumMatching(left: number, right: number, lists: Lists): Int32Array {
  const { start, item } = lists;
  const mate = new Int32Array(left).fill(-1);
  const back = new Int32Array(right).fill(-1);
  const depth = new Int32Array(left);
  const next = new Int32Array(left);
  const queue = new Int32Array(left);
  // Path of left elements; `via[k]` is the right element that leads from path[k] to path[k + 1].
  const path = new Int32Array(left + 1);
  const via = new Int32Array(left + 1);

  for (;;) {
    let head = 0;
    let tail = 0;
    let open = false;
    for (let u = 0; u < left; u++) {
      depth[u] = mate[u] < 0 ? 0 : -1;
      if (mate[u] < 0) queue[tail++] = u;
      next[u] = start[u];
    }
    while (head < tail) {
      const u = queue[head++];
      for (let k = start[u]; k < start[u + 1]; k++) {
        const w = back[item[k]];
        if (w < 0) open = true;
        else if (depth[w] < 0) {
          depth[w] = depth[u] + 1;
          queue[tail++] = w;
        }
      }
    }
    if (!open) return mate;
    let grown = false;
    for (let root = 0; root < left; root++) {
      if (mate[root] >= 0) continue;
      let top = 0;
      path[0] = root;
      while (top >= 0) {
        const u = path[top];
        if (next[u] === start[u + 1]) {
          depth[u] = -1;
          top--;
          continue;
        }
        const r = item[next[u]++];
        const w = back[r];
        if (w >= 0 && depth[w] !== depth[u] + 1) continue;
        via[top] = r;
        if (w >= 0) {
          path[++top] = w;
          continue;
        }
        for (; top >= 0; top--) {
          mate[path[top]] = via[top];
          back[via[top]] = path[top];
        }
        grown = true;
      }
    }
    if (!grown) return mate;
  }
}
