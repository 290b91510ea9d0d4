/**
 * A problem of a resource with its subject in front: `cluster "a": …`. Most types name it by themselves, and say where in it
 * something is wrong: `cluster "a".lb_policy: …`.
 */
export function withSubject(type: { readonly name: string }, name: string, problem: string): string {
  const subject = `${type.name} "${name}"`;
  return problem.startsWith(subject) ? problem : `${subject}: ${problem}`;
}
