// SPDX-License-Identifier: MIT
// What a build for tests has linked into the program; weak, since other builds have none of it.
#pragma once

#include <stdbool.h>

extern int __llvm_profile_write_file(void) __attribute__((weak));
extern void __asan_init(void) __attribute__((weak));
extern void __tsan_init(void) __attribute__((weak));

/// Writes what was counted for coverage; 0: written, or nothing is counted.
static inline int cruntime_write_profile(void) { return __llvm_profile_write_file ? __llvm_profile_write_file() : 0; }

/// Whether a sanitizer has a say at the end of the process.
static inline bool cruntime_is_sanitized(void) { return __asan_init || __tsan_init; }
