/** Where an ldmsd reads its configuration, by `-c`. */
export const CONF_IN_CONTAINER = "/etc/ldms/ldmsd.conf";
