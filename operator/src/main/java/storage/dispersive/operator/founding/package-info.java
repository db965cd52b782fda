/**
 * Founds volumes on storage pods as their administrator, asks pods what they hold, and has them
 * forget it. The protocol, and what it is made against, is in {@code docs/founding.md}. Knows no
 * cluster: where a volume is recorded, and where pods are, is the caller's to say.
 */
@NullMarked
package storage.dispersive.operator.founding;

import org.jspecify.annotations.NullMarked;
