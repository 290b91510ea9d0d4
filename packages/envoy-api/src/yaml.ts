/** proto3 YAML; made next. */
export {};
