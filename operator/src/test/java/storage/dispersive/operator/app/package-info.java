/** The operator as the chart installs it. */
@NullMarked
package storage.dispersive.operator.app;

import org.jspecify.annotations.NullMarked;
