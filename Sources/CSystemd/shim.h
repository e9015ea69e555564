// SPDX-License-Identifier: MIT
//
// libsystemd's types, and its functions by way of a table filled with dlsym(3): it brings six libraries along (1 MB
// resident, 1 ms), and there is work for it only where there is a journal or a service manager that waits for word.
#pragma once
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
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

// The functions of sd-bus in use.
typedef struct {
    __typeof__(&sd_bus_open_system) open_system;
    __typeof__(&sd_bus_flush_close_unref) flush_close_unref;
    __typeof__(&sd_bus_set_method_call_timeout) set_method_call_timeout;
    __typeof__(&sd_bus_path_encode) path_encode;
    __typeof__(&sd_bus_get_property_string) get_property_string;
    __typeof__(&sd_bus_get_property_trivial) get_property_trivial;
} csystemd_bus_table;

// As csystemd_load, for sd-bus: apart from it, since few programs ask for units and every one logs.
static inline const char *csystemd_bus_load(csystemd_bus_table *table, const char *name) {
    void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) return dlerror();
    table->open_system = (__typeof__(table->open_system))dlsym(library, "sd_bus_open_system");
    if (table->open_system == NULL) return dlerror();
    table->flush_close_unref = (__typeof__(table->flush_close_unref))dlsym(library, "sd_bus_flush_close_unref");
    if (table->flush_close_unref == NULL) return dlerror();
    table->set_method_call_timeout =
        (__typeof__(table->set_method_call_timeout))dlsym(library, "sd_bus_set_method_call_timeout");
    if (table->set_method_call_timeout == NULL) return dlerror();
    table->path_encode = (__typeof__(table->path_encode))dlsym(library, "sd_bus_path_encode");
    if (table->path_encode == NULL) return dlerror();
    table->get_property_string = (__typeof__(table->get_property_string))dlsym(library, "sd_bus_get_property_string");
    if (table->get_property_string == NULL) return dlerror();
    table->get_property_trivial =
        (__typeof__(table->get_property_trivial))dlsym(library, "sd_bus_get_property_trivial");
    if (table->get_property_trivial == NULL) return dlerror();
    return NULL;
}

static inline int csystemd_bus_open(const csystemd_bus_table *table, sd_bus **bus, uint64_t timeout_usec) {
    int result = table->open_system(bus);
    if (result < 0) return result;
    return table->set_method_call_timeout(*bus, timeout_usec);
}

static inline void csystemd_bus_close(const csystemd_bus_table *table, sd_bus *bus) { table->flush_close_unref(bus); }

// The object of a unit; `path` is to be freed.
static inline int csystemd_bus_unit_path(const csystemd_bus_table *table, const char *unit, char **path) {
    return table->path_encode("/org/freedesktop/systemd1/unit", unit, path);
}

// `value` is to be freed.
static inline int csystemd_bus_get_string(
    const csystemd_bus_table *table, sd_bus *bus, const char *path, const char *interface, const char *member,
    char **value) {
    return table->get_property_string(
        bus, "org.freedesktop.systemd1", path, interface, member, NULL, value);
}

static inline int csystemd_bus_get_u64(
    const csystemd_bus_table *table, sd_bus *bus, const char *path, const char *interface, const char *member,
    uint64_t *value) {
    return table->get_property_trivial(
        bus, "org.freedesktop.systemd1", path, interface, member, NULL, 't', value);
}
