/**
 * What only a real cluster shows: schedulers, kubelets, containers and networks of several nodes.
 * Run by {@code e2e/run}, one test at a time, as the only user of the cluster.
 */
@NullMarked
package storage.dispersive.e2e;

import org.jspecify.annotations.NullMarked;
