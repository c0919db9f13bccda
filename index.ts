import { deployCluster } from "./program";

export = deployCluster;
