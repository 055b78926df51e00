/// Pictures of sounds and figures about them, gathered while they are rendered.
export { drawFlame, type Flame } from "./flame.ts";
export { type ChannelLevels, describeLevels, LevelMeter } from "./meter.ts";
export { drawSoundFile, PictureRecorder } from "./picture.ts";
