/** In place of a filter's configuration: this route, virtual host, table or weighted cluster switches the filter off. */
export const FILTER_OFF: unique symbol = Symbol("filter off");
