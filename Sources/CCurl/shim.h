// SPDX-License-Identifier: MIT
//
// libcurl's types and constants, and its functions by way of a table filled with dlsym(3): a program that makes no
// transfer does not pay for libcurl's forty libraries. The variadic functions get one form per argument type.
#pragma once
#include <curl/curl.h>
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>

// The functions of libcurl in use. Each member has the type of the function whose name it carries.
typedef struct {
    __typeof__(&curl_global_init) global_init;
    __typeof__(&curl_easy_init) easy_init;
    __typeof__(&curl_easy_cleanup) easy_cleanup;
    __typeof__(&curl_easy_setopt) easy_setopt;
    __typeof__(&curl_easy_getinfo) easy_getinfo;
    __typeof__(&curl_easy_strerror) easy_strerror;
    __typeof__(&curl_slist_append) slist_append;
    __typeof__(&curl_slist_free_all) slist_free_all;
    __typeof__(&curl_multi_init) multi_init;
    __typeof__(&curl_multi_cleanup) multi_cleanup;
    __typeof__(&curl_multi_setopt) multi_setopt;
    __typeof__(&curl_multi_add_handle) multi_add_handle;
    __typeof__(&curl_multi_remove_handle) multi_remove_handle;
    __typeof__(&curl_multi_perform) multi_perform;
    __typeof__(&curl_multi_poll) multi_poll;
    __typeof__(&curl_multi_wakeup) multi_wakeup;
    __typeof__(&curl_multi_info_read) multi_info_read;
    __typeof__(&curl_multi_strerror) multi_strerror;
    __typeof__(&curl_share_init) share_init;
    __typeof__(&curl_share_cleanup) share_cleanup;
    __typeof__(&curl_share_setopt) share_setopt;
} ccurl_table;

// GnuTLS comes along as a dependency of Debian's libcurl (librtmp, libldap) and sets itself up when it is loaded,
// although libcurl speaks TLS by OpenSSL: 0.7 MB resident for nothing. It still does so when somebody uses it
// (gnutls_global_init(3)). A value of the environment's own stays. Call it before the process has a second thread:
// setenv(3) frees an array that others may be reading.
static inline void ccurl_spare_gnutls(void) { setenv("GNUTLS_NO_IMPLICIT_INIT", "1", 0); }

// Fills the table from the shared library `name`. NULL on success, else the loader's text (valid until the next call).
static inline const char *ccurl_load(ccurl_table *table, const char *name) {
    void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) return dlerror();
#define CCURL_SYMBOL(member) \
    table->member = (__typeof__(table->member))dlsym(library, "curl_" #member); \
    if (table->member == NULL) return dlerror()
    CCURL_SYMBOL(global_init);
    CCURL_SYMBOL(easy_init);
    CCURL_SYMBOL(easy_cleanup);
    CCURL_SYMBOL(easy_setopt);
    CCURL_SYMBOL(easy_getinfo);
    CCURL_SYMBOL(easy_strerror);
    CCURL_SYMBOL(slist_append);
    CCURL_SYMBOL(slist_free_all);
    CCURL_SYMBOL(multi_init);
    CCURL_SYMBOL(multi_cleanup);
    CCURL_SYMBOL(multi_setopt);
    CCURL_SYMBOL(multi_add_handle);
    CCURL_SYMBOL(multi_remove_handle);
    CCURL_SYMBOL(multi_perform);
    CCURL_SYMBOL(multi_poll);
    CCURL_SYMBOL(multi_wakeup);
    CCURL_SYMBOL(multi_info_read);
    CCURL_SYMBOL(multi_strerror);
    CCURL_SYMBOL(share_init);
    CCURL_SYMBOL(share_cleanup);
    CCURL_SYMBOL(share_setopt);
#undef CCURL_SYMBOL
    return NULL;
}

static inline CURLcode ccurl_global_init(const ccurl_table *table) {
    return table->global_init(CURL_GLOBAL_DEFAULT);
}

static inline CURL *ccurl_easy_init(const ccurl_table *table) { return table->easy_init(); }

static inline void ccurl_easy_cleanup(const ccurl_table *table, CURL *easy) { table->easy_cleanup(easy); }

static inline CURLcode ccurl_set_long(const ccurl_table *table, CURL *easy, CURLoption option, long value) {
    return table->easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_offset(const ccurl_table *table, CURL *easy, CURLoption option, curl_off_t value) {
    return table->easy_setopt(easy, option, value);
}

// Strings, lists, blobs, buffers and callback contexts.
static inline CURLcode ccurl_set_pointer(
    const ccurl_table *table, CURL *easy, CURLoption option, const void *value) {
    return table->easy_setopt(easy, option, value);
}

// CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION and CURLOPT_READFUNCTION share one type.
typedef size_t (*ccurl_data_callback)(char *buffer, size_t size, size_t count, void *context);

static inline CURLcode ccurl_set_data_callback(
    const ccurl_table *table, CURL *easy, CURLoption option, ccurl_data_callback callback) {
    return table->easy_setopt(easy, option, callback);
}

static inline CURLcode ccurl_set_seek_callback(
    const ccurl_table *table, CURL *easy, CURLoption option, curl_seek_callback callback) {
    return table->easy_setopt(easy, option, callback);
}

static inline CURLcode ccurl_set_request_callback(
    const ccurl_table *table, CURL *easy, CURLoption option, curl_prereq_callback callback) {
    return table->easy_setopt(easy, option, callback);
}

static inline CURLcode ccurl_get_long(const ccurl_table *table, CURL *easy, CURLINFO what, long *value) {
    return table->easy_getinfo(easy, what, value);
}

static inline CURLcode ccurl_get_offset(const ccurl_table *table, CURL *easy, CURLINFO what, curl_off_t *value) {
    return table->easy_getinfo(easy, what, value);
}

static inline const char *ccurl_easy_text(const ccurl_table *table, CURLcode code) {
    return table->easy_strerror(code);
}

static inline struct curl_slist *ccurl_slist_append(
    const ccurl_table *table, struct curl_slist *list, const char *text) {
    return table->slist_append(list, text);
}

static inline void ccurl_slist_free(const ccurl_table *table, struct curl_slist *list) { table->slist_free_all(list); }

static inline CURLM *ccurl_multi_init(const ccurl_table *table) { return table->multi_init(); }

static inline void ccurl_multi_cleanup(const ccurl_table *table, CURLM *multi) { table->multi_cleanup(multi); }

static inline CURLMcode ccurl_multi_set_long(
    const ccurl_table *table, CURLM *multi, CURLMoption option, long value) {
    return table->multi_setopt(multi, option, value);
}

static inline CURLMcode ccurl_multi_add(const ccurl_table *table, CURLM *multi, CURL *easy) {
    return table->multi_add_handle(multi, easy);
}

static inline CURLMcode ccurl_multi_remove(const ccurl_table *table, CURLM *multi, CURL *easy) {
    return table->multi_remove_handle(multi, easy);
}

// Moves every transfer as far as it goes without waiting.
static inline CURLMcode ccurl_multi_perform(const ccurl_table *table, CURLM *multi) {
    int running = 0;
    return table->multi_perform(multi, &running);
}

// Waits for a socket, a timer of libcurl's own, a wakeup or `timeout_ms`.
static inline CURLMcode ccurl_multi_wait(const ccurl_table *table, CURLM *multi, int timeout_ms) {
    return table->multi_poll(multi, NULL, 0, timeout_ms, NULL);
}

static inline CURLMcode ccurl_multi_wakeup(const ccurl_table *table, CURLM *multi) {
    return table->multi_wakeup(multi);
}

static inline const char *ccurl_multi_text(const ccurl_table *table, CURLMcode code) {
    return table->multi_strerror(code);
}

// Takes the next finished transfer out of the queue: its handle, or NULL when there is none; `code` is how it ended.
static inline CURL *ccurl_multi_next_done(const ccurl_table *table, CURLM *multi, CURLcode *code) {
    int left = 0;
    CURLMsg *message;
    while ((message = table->multi_info_read(multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *code = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

// A share of TLS sessions; NULL where libcurl makes none.
static inline CURLSH *ccurl_share_sessions(const ccurl_table *table) {
    CURLSH *share = table->share_init();
    if (share == NULL) return NULL;
    if (table->share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK) return share;
    table->share_cleanup(share);
    return NULL;
}

static inline void ccurl_share_cleanup(const ccurl_table *table, CURLSH *share) { table->share_cleanup(share); }

// What the library that was loaded says of itself; NULL where it is not loaded. Not in the table: only `doctor` asks.
static inline const curl_version_info_data *ccurl_version(const char *name) {
    void *library = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
    if (library == NULL) return NULL;
    __typeof__(&curl_version_info) version_info =
        (__typeof__(&curl_version_info))dlsym(library, "curl_version_info");
    return version_info == NULL ? NULL : version_info(CURLVERSION_NOW);
}
