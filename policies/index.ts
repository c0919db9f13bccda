import { PolicyPack } from "@pulumi/policy";
import { RESOURCE_POLICIES } from "./resource-policies";
import { STACK_POLICIES } from "./stack-policies";
import { unpackOnce } from "./unpack-once";

unpackOnce();

// Alone here: making a pack starts its server, which no test wants.
new PolicyPack("ldms", { policies: [...RESOURCE_POLICIES, ...STACK_POLICIES] });
