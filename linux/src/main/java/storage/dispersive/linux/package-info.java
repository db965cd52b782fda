/**
 * The Linux calls that Java lacks, through the foreign-function API, documented call by call. Each
 * class holds one small family of calls; errno is captured with every call. Calls on the data path
 * return the negated errno as the kernel does, all others throw {@link LinuxException}.
 */
@NullMarked
package storage.dispersive.linux;

import org.jspecify.annotations.NullMarked;
