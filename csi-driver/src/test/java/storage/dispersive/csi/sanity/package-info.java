/** The test suite of CSI's authors, over the real services. */
@NullMarked
package storage.dispersive.csi.sanity;

import org.jspecify.annotations.NullMarked;
