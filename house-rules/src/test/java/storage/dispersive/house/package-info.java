/** The rules that every module keeps: how long a text may get, and who may know whom. */
@NullMarked
package storage.dispersive.house;

import org.jspecify.annotations.NullMarked;
