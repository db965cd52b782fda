/**
 * How a process gets a certificate that names it, from an identity service, for a key that never
 * leaves it; and how it keeps both, and renews them while it runs. The protocol, and what each
 * party could do when it is taken over, is in {@code docs/identity.md}. Makes no certificates, so
 * Bouncy Castle is not needed.
 */
@NullMarked
package storage.dispersive.enrolment;

import org.jspecify.annotations.NullMarked;
