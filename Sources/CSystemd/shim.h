// SPDX-License-Identifier: MIT
//
// libsystemd's types, and its functions by way of a table filled with dlsym(3): it brings six libraries along (1 MB
// resident, 1 ms), and there is work for it only where there is a journal or a service manager that waits for word.
#pragma once
#include <dlfcn.h>
#include <stddef.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

// The functions of libsystemd in use. Each member has the type of the function whose name it carries.
typedef struct {
    __typeof__(&sd_journal_sendv) journal_sendv;
    __typeof__(&sd_notify) notify;
} csystemd_table;

// Fills the table from the shared library `name`. NULL on success, else the loader's text (valid until the next call).
static inline const char *csystemd_load(csystemd_table *table, const char *name) {
    void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) return dlerror();
    table->journal_sendv = (__typeof__(table->journal_sendv))dlsym(library, "sd_journal_sendv");
    if (table->journal_sendv == NULL) return dlerror();
    table->notify = (__typeof__(table->notify))dlsym(library, "sd_notify");
    if (table->notify == NULL) return dlerror();
    return NULL;
}

static inline int csystemd_journal_sendv(const csystemd_table *table, const struct iovec *fields, int count) {
    return table->journal_sendv(fields, count);
}

static inline int csystemd_notify(const csystemd_table *table, const char *state) { return table->notify(0, state); }
