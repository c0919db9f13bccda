import type { PropertyMap } from "../../stack/property-value";
import { isProviderType } from "../../stack/urn";
import type { Goal } from "../goal/goal";
import { markSecrets, unwrapSecretsIn } from "../provider/property-secrets";
import type { CheckFailure, Provider } from "../provider/provider";
import { providerConfig } from "../run/provider-registry";

export interface CheckedInputs {
  readonly inputs: PropertyMap;
  readonly failures: readonly CheckFailure[];
}

/**
 * Has the provider check the inputs and fill in its defaults; what was secret stays secret. A component has no provider, nothing to check.
 */
export async function checkResource(urn: string, goal: Goal, inputs: PropertyMap, provider: Provider | undefined): Promise<CheckedInputs> {
  if (provider === undefined) return { inputs, failures: [] };
  if (isProviderType(goal.type)) return checkProvider(goal, inputs, provider);
  const checked = await provider.check({ urn, type: goal.type }, unwrapSecretsIn(inputs));
  return { inputs: markSecrets(checked.inputs, inputs), failures: checked.failures };
}

/** A provider's own inputs live beside two of the engine's: the SDK's version and a place for settings of the plugin. */
async function checkProvider(goal: Goal, inputs: PropertyMap, provider: Provider): Promise<CheckedInputs> {
  const checked = await provider.checkConfig(providerConfig(inputs));
  const version = goal.version === "" ? inputs["version"] : goal.version;
  const own = { __internal: {}, ...(version === undefined ? {} : { version }) };
  return { inputs: { ...markSecrets(checked.inputs, inputs), ...own }, failures: checked.failures };
}
