/// Small mechanical models: a mass on a spring, a ball on a moving floor.
import { f64, perBlock, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// Spring (in 0, spring 1, damp 0): the force in a damped spring that `in` pushes.
export const Spring = ugen("Spring", {
  rates: "ar kr",
  family: "physical",
  inputs: { in: signal, spring: perBlock(1), damp: perBlock(0) },
  state: { position: 0, velocity: 0 },
  start: "step",
  block({ spring, damp }, _s, c) {
    return { stiffness: spring * c.f32(c.period), keep: 1 - damp };
  },
  tick({ in: x }, s, { stiffness, keep }, c) {
    const force = x * c.f32(c.period) - s.position * stiffness;
    s.velocity = (force + s.velocity) * keep;
    s.position += s.velocity;
    return force * c.f32(c.rate);
  },
});

/// Ball (in, g 1, damp 0, friction 0.01): the height of a ball that falls by `g` on the floor `in` and bounces; near the floor, by `friction`, it sticks.
export const Ball = ugen("Ball", {
  rates: "ar kr",
  family: "physical",
  inputs: { in: signal, g: perBlock(1), damp: perBlock(0), friction: perBlock(0.01) },
  state: { position: 0, velocity: 0, floor: 0 },
  random: true,
  start: "step",
  init({ in: x }, s) {
    s.position = x;
    s.floor = x;
  },
  tick({ in: floor, g, damp, friction }, s, _b, c) {
    const most = c.f32(1000 * c.period);
    const fall = g * c.f32(c.period);
    const reach = friction * g;
    const floorVelocity = c.clip(floor - s.floor, -most, most);
    s.floor = floor;
    let velocity = s.velocity - fall;
    let position = s.position + velocity;
    const distance = position - floor;
    const meeting = floorVelocity - velocity;
    if (Math.abs(distance) < reach) {
      if (Math.abs(distance) < reach * 0.005) {
        velocity = 0;
        position = floor + fall;
      } else {
        velocity += meeting * most;
        position += (floor - position) * most;
      }
    } else if (distance <= 0) {
      position = floor - distance;
      velocity = meeting * (1 - damp) + c.u01() * 0.00005 * g;
    }
    s.position = position;
    s.velocity = velocity;
    return position;
  },
});

/// TBall (in, g 10, damp 0, friction 0.01): the velocities at which such a ball hits the floor, each for one sample; else 0.
export const TBall = ugen("TBall", {
  rates: "ar kr",
  family: "physical",
  inputs: { in: signal, g: perBlock(10), damp: perBlock(0), friction: perBlock(0.01) },
  state: { position: f64(), velocity: f64(), floor: f64() },
  random: true,
  start: "step",
  init({ in: x }, s) {
    s.position = x;
    s.floor = x;
  },
  tick({ in: floor, g, damp, friction }, s, _b, c) {
    const most = c.f32(1000 * c.period);
    const follow = c.f32(10000 * c.period);
    const fall = g * c.f32(c.period);
    const reach = friction * g;
    const floorVelocity = c.clip(floor - s.floor, -most, most);
    s.floor = floor;
    let velocity = s.velocity - fall;
    let position = s.position + velocity;
    const distance = position - floor;
    const meeting = floorVelocity - velocity;
    let impact = c.f32(0);
    if (Math.abs(distance) < reach) {
      if (Math.abs(distance) < reach * 0.005) {
        velocity = 0;
        position = floor + fall;
      } else {
        velocity += meeting * follow;
        position += (floor - position) * follow;
      }
    } else if (distance <= 0) {
      position = floor - distance;
      velocity = meeting * (1 - damp);
      impact = c.f32(velocity);
      velocity += c.u01() * 0.001 * g;
    }
    s.position = position;
    s.velocity = velocity;
    return impact;
  },
});
