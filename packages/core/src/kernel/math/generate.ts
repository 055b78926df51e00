/// Where the polynomials of the f32 functions come from: minimax fits by Remez exchange, computed in f64. `generate()` gives every set anew; a test
/// compares them with the numbers written in the functions. (The f64 functions use published coefficients, named in their files.)

/// A fit of f over [from, to] by a sum of c[i] x^powers[i], with the least maximum of |error| * weight.
export interface Fit {
  readonly f: (x: number) => number;
  readonly weight: (x: number) => number;
  readonly powers: readonly number[];
  readonly from: number;
  readonly to: number;
}

const gridSize = 4000;

/// Coefficients of the best fit, and its largest weighted error.
export function minimax({ f, weight, powers, from, to }: Fit): { coefficients: number[]; error: number } {
  const n = powers.length;
  const grid = Array.from({ length: gridSize + 1 }, (_, i) => (from + to) / 2 - ((to - from) / 2) * Math.cos((Math.PI * i) / gridSize));
  let nodes = Array.from({ length: n + 1 }, (_, i) => grid[Math.round((gridSize * (i + 0.5)) / (n + 1))]);
  let coefficients: number[] = [];
  let error = 0;
  for (let round = 0; round < 40; round++) {
    // At the nodes the weighted error alternates: sum c x^p + (-1)^i E / w = f.
    const rows = nodes.map((x, i) => [...powers.map((p) => x ** p), (i % 2 === 0 ? 1 : -1) / weight(x), f(x)]);
    const solution = solve(rows);
    coefficients = solution.slice(0, n);
    const miss = (x: number) => (powers.reduce((sum, p, i) => sum + coefficients[i] * x ** p, 0) - f(x)) * weight(x);
    const next = extremes(grid, grid.map(miss), n + 1);
    error = Math.max(...grid.map((x) => Math.abs(miss(x))));
    if (next.length < n + 1 || next.every((x, i) => x === nodes[i])) break;
    nodes = next;
  }
  return { coefficients, error };
}

/// The `count` places of largest |e| among runs of one sign, neighbours of opposite sign.
function extremes(grid: readonly number[], e: readonly number[], count: number): number[] {
  const peaks: number[] = [];
  e.forEach((value, i) => {
    const last = peaks.length - 1;
    if (last < 0 || Math.sign(value) !== Math.sign(e[peaks[last]])) peaks.push(i);
    else if (Math.abs(value) > Math.abs(e[peaks[last]])) peaks[last] = i;
  });
  while (peaks.length > count) {
    if (Math.abs(e[peaks[0]]) < Math.abs(e[peaks[peaks.length - 1]])) peaks.shift();
    else peaks.pop();
  }
  return peaks.map((i) => grid[i]);
}

/// Gaussian elimination with row pivots; the last column is the right-hand side.
function solve(rows: number[][]): number[] {
  const n = rows.length;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(rows[r][c]) > Math.abs(rows[pivot][c])) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      for (let k = c; k <= n; k++) rows[r][k] -= factor * rows[c][k];
    }
  }
  return rows.map((row, i) => row[n] / row[i]);
}

/// x + x^3 p(x^2): the part p of an odd function, relative error.
const odd = (f: (x: number) => number, series: readonly [number, number], to: number, terms: number): Fit => ({
  // Near 0 the difference loses its digits; two terms of the series have more.
  f: (x) => (x < 0.01 ? series[0] + series[1] * x * x : (f(x) - x) / x ** 3),
  weight: (x) => x ** 3 / Math.max(f(x), 1e-30),
  powers: Array.from({ length: terms }, (_, i) => 2 * i),
  from: 1e-6,
  to,
});

const halfLn2 = Math.LN2 / 2;
const s0 = 3 - 2 * Math.SQRT2;

/// Every polynomial of the f32 functions, by function.
export const fits: Readonly<Record<string, Fit>> = {
  sine: odd(Math.sin, [-1 / 6, 1 / 120], Math.PI / 4, 3),
  cosine: {
    f: (x) => (x < 0.05 ? 1 / 24 - (x * x) / 720 + x ** 4 / 40320 : (Math.cos(x) - 1 + x * x * 0.5) / x ** 4),
    weight: (x) => x ** 4 / Math.cos(x),
    powers: [0, 2, 4],
    from: 1e-6,
    to: Math.PI / 4,
  },
  phase: {
    f: (u) => (Math.sin((u * Math.PI) / 2) / u - 1) / (1 - u * u),
    weight: (u) => u * (1 - u * u),
    powers: [0, 2, 4, 6],
    from: 1e-4,
    to: 1 - 1e-4,
  },
  exponential: {
    f: (x) => (Math.abs(x) < 0.01 ? 1 / 2 + x / 6 + (x * x) / 24 + x ** 3 / 120 : (Math.expm1(x) - x) / (x * x)),
    weight: (x) => (x * x) / Math.exp(x),
    powers: [0, 1, 2, 3, 4],
    from: -halfLn2,
    to: halfLn2,
  },
  power2: {
    f: (x) => (Math.abs(x) < 1e-9 ? Math.LN2 : Math.expm1(x * Math.LN2) / x),
    weight: (x) => Math.abs(x) / 2 ** x + 1e-9,
    powers: [0, 1, 2, 3, 4, 5],
    from: -0.5,
    to: 0.5,
  },
  logarithm: {
    f: (s) => (s < 0.02 ? 2 / 3 + (2 / 5) * s ** 2 + (2 / 7) * s ** 4 : (2 * Math.atanh(s) - 2 * s) / s ** 3),
    weight: (s) => (s * s) / 2,
    powers: [0, 2, 4],
    from: 1e-6,
    to: s0,
  },
  tangent: odd(Math.atan, [-1 / 3, 1 / 5], Math.tan(Math.PI / 8), 4),
  arc: odd(Math.asin, [1 / 6, 3 / 40], 0.55, 5),
  hyperbolicSine: odd(Math.sinh, [1 / 6, 1 / 120], 1, 3),
  hyperbolicTangent: odd(Math.tanh, [-1 / 3, 2 / 15], 0.625, 5),
  shortLogarithm: {
    f: (s) => (s < 0.02 ? 2 / 3 + (2 / 5) * s ** 2 + (2 / 7) * s ** 4 : (2 * Math.atanh(s) - 2 * s) / s ** 3),
    weight: (s) => (s * s) / 2,
    powers: [0, 2, 4, 6],
    from: 1e-6,
    to: s0,
  },
  shortExponential: {
    f: (x) => (Math.abs(x) < 0.01 ? 1 / 2 + x / 6 + (x * x) / 24 + x ** 3 / 120 : (Math.expm1(x) - x) / (x * x)),
    weight: (x) => Math.abs(x),
    powers: [0, 1, 2, 3, 4, 5],
    from: -halfLn2,
    to: halfLn2,
  },
};

export interface Generated {
  readonly coefficients: readonly number[];
  readonly error: number;
}

/// Coefficients by function, lowest power first.
export function generate(): Record<string, Generated> {
  return Object.fromEntries(Object.entries(fits).map(([name, fit]) => [name, minimax(fit)]));
}
