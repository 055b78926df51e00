/// Modules: what a patch is made of.
export { delayModule, variableDelayModule } from "./delay.ts";
export {
  bodyModule,
  type DeferredKernel,
  deferredModule,
  definitionModule,
  type InputPort,
  type ModuleTraits,
  type ModuleType,
  scriptModule,
  unitModule,
  virtualModule,
} from "./module.ts";
export type { ScriptCall, ScriptModule } from "./script.ts";
