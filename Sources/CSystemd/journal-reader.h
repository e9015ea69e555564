// SPDX-License-Identifier: MIT
//
// The reading half of sd-journal, by way of a table of its own: few commands read the journal.
#pragma once
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-journal.h>

// The functions in use. Each member has the type of the function whose name it carries.
typedef struct {
    __typeof__(&sd_journal_open) open;
    __typeof__(&sd_journal_close) close;
    __typeof__(&sd_journal_add_match) add_match;
    __typeof__(&sd_journal_flush_matches) flush_matches;
    __typeof__(&sd_journal_seek_head) seek_head;
    __typeof__(&sd_journal_seek_realtime_usec) seek_realtime_usec;
    __typeof__(&sd_journal_next) next;
    __typeof__(&sd_journal_get_data) get_data;
} csystemd_reader;

// Fills the table from the shared library `name`; 0 on success.
static inline int csystemd_load_reader(csystemd_reader *table, const char *name) {
    void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) return -1;
#define CSYSTEMD_FIND(function)                                                                       \
    table->function = (__typeof__(table->function))dlsym(library, "sd_journal_" #function);           \
    if (table->function == NULL) return -1;
    CSYSTEMD_FIND(open)
    CSYSTEMD_FIND(close)
    CSYSTEMD_FIND(add_match)
    CSYSTEMD_FIND(flush_matches)
    CSYSTEMD_FIND(seek_head)
    CSYSTEMD_FIND(seek_realtime_usec)
    CSYSTEMD_FIND(next)
    CSYSTEMD_FIND(get_data)
#undef CSYSTEMD_FIND
    return 0;
}

static inline int csystemd_reader_open(const csystemd_reader *table, sd_journal **journal) {
    return table->open(journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
}
static inline void csystemd_reader_close(const csystemd_reader *table, sd_journal *journal) { table->close(journal); }
static inline int csystemd_reader_match(const csystemd_reader *table, sd_journal *journal, const char *match) {
    return table->add_match(journal, match, 0);
}
static inline void csystemd_reader_no_matches(const csystemd_reader *table, sd_journal *journal) {
    table->flush_matches(journal);
}
static inline int csystemd_reader_seek_head(const csystemd_reader *table, sd_journal *journal) {
    return table->seek_head(journal);
}
static inline int csystemd_reader_seek(const csystemd_reader *table, sd_journal *journal, uint64_t microseconds) {
    return table->seek_realtime_usec(journal, microseconds);
}
static inline int csystemd_reader_next(const csystemd_reader *table, sd_journal *journal) {
    return table->next(journal);
}
// The value of a field of the present entry, `name=` left out; NULL where it has none.
static inline const char *csystemd_reader_value(
    const csystemd_reader *table, sd_journal *journal, const char *name, size_t *length) {
    const void *data = NULL;
    if (table->get_data(journal, name, &data, length) < 0) return NULL;
    size_t skip = 0;
    while (skip < *length && ((const char *)data)[skip] != '=') skip++;
    if (skip == *length) return NULL;
    *length -= skip + 1;
    return (const char *)data + skip + 1;
}
