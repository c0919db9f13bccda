/** Id of the data source plugin, as its plugin.json says and as Grafana has to allow it: it is unsigned. */
export const PLUGIN_ID = "dsosds";
