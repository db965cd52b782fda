/**
 * The calls into native code that Java lacks or does slowly, each documented where it is linked:
 * ISA-L for the erasure code and CRC32C, OpenSSL's libcrypto for AES-256-GCM, the C library for
 * sockets that another process made.
 *
 * <p>A library is looked up by soname once, at class initialization. Where it is absent, lacks a
 * function, or {@code -Ddispersive.native=portable} (or the environment variable {@code
 * DISPERSIVE_NATIVE=portable}) forbids it, callers take a Java path that gives the same bytes.
 */
@NullMarked
package storage.dispersive.foreign;

import org.jspecify.annotations.NullMarked;
