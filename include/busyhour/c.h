#pragma once

#include <stddef.h>

// The interface for other languages, in C: what docs/python.md is made of. It
// is in the shared library `busyhour-c`, and says in JSON what the C++
// interface says in types.
//
// Every function that can fail returns a `busyhour_status`. If `error` is not
// null, it then sets `*error` to JSON, or to null if there is no memory:
//
//   {"message": "…", "problems": [{"source": "--shape", "line": 0, "column": 0,
//                                  "pointer": "", "message": "…"}]}
//
// The caller frees this text and other returned texts with `busyhour_free`, and
// each object with its `_free` function, in any order. Null may be freed. Texts
// are UTF-8 and end with a zero byte. A job may be used by any number of
// threads, other objects by one at a time.
//
//   busyhour_job* job;
//   busyhour_job_new("{\"calls\": 1, \"logs\": \"usage\"}", &job, NULL);
//   char* totals;
//   busyhour_write_files(job, "logs", 1, 0, NULL, NULL, &totals, NULL);
//   puts(totals);  // {"calls":1,"records":3,…
//   busyhour_free(totals);
//   busyhour_job_free(job);

#ifdef __cplusplus
extern "C" {
#endif

#define BUSYHOUR_EXPORT __attribute__((visibility("default")))

struct ArrowArrayStream;
typedef struct busyhour_job busyhour_job;
typedef struct busyhour_calls busyhour_calls;
typedef struct busyhour_verifier busyhour_verifier;

typedef enum busyhour_status {
  BUSYHOUR_OK = 0,
  BUSYHOUR_BAD_INPUT = 1,  ///< `problems` says what is wrong with it
  BUSYHOUR_FAILED = 2,     ///< a file, a thread
  BUSYHOUR_NO_MEMORY = 3
} busyhour_status;

/// The version of the library, which is never freed: `0.1.0`.
BUSYHOUR_EXPORT const char* busyhour_version(void);

/// Frees a text that a function returned.
BUSYHOUR_EXPORT void busyhour_free(char* text);

/// The names of the shipped profiles: `["quickstart", …]`.
BUSYHOUR_EXPORT busyhour_status busyhour_profiles(char** json, char** error);

/// A job. `options` is a JSON object with the options of `busyhour generate` by
/// their names: `{"calls": 100, "set": {"traffic.rate": "5/s"}}`. Values are
/// texts or numbers; null stands for the default. Lists are for options that
/// may be repeated or that take a list; `set` may be an object; `profile` may
/// be an object with the content of a profile.
BUSYHOUR_EXPORT busyhour_status busyhour_job_new(const char* options,
                                                 busyhour_job** job,
                                                 char** error);

/// The job of a data set: its manifest, or the directory that contains it.
BUSYHOUR_EXPORT busyhour_status busyhour_job_of_manifest(const char* path,
                                                         busyhour_job** job,
                                                         char** error);

BUSYHOUR_EXPORT void busyhour_job_free(busyhour_job* job);

/// `{"profile": "quickstart", "seed": 1, "start": "2026-03-02T08:00:00Z",
/// "logs": ["operational", …]}`.
BUSYHOUR_EXPORT busyhour_status busyhour_job_facts(const busyhour_job* job,
                                                   char** json, char** error);

/// Takes a piece of a stream; 0 ends the run early.
typedef int (*busyhour_take)(void* context, const char* piece, size_t size);

/// Writes the job as one stream, and passes it to `take` piece by piece, in
/// order. `threads` is from 1 to 256, or 0 for one for each core; it does not
/// affect the stream. `totals` becomes `{"calls": 100, "records": 899,
/// "bytes": 764752, "stopped": false, "logs": {"usage": {"records": 201,
/// "bytes": …}, …}}`.
BUSYHOUR_EXPORT busyhour_status busyhour_write(const busyhour_job* job,
                                               int threads, busyhour_take take,
                                               void* context, char** totals,
                                               char** error);

/// Told about ten times a second which share of a run is done, in [0, 1]; 0
/// ends the run early.
typedef int (*busyhour_progress)(void* context, double done);

/// Writes the job to a new directory or a file, as `busyhour generate --out`.
/// `force`: existing files are replaced. `progress` may be null.
BUSYHOUR_EXPORT busyhour_status busyhour_write_files(
    const busyhour_job* job, const char* path, int threads, int force,
    busyhour_progress progress, void* context, char** totals, char** error);

/// The records of a log, by its name, as columns; with `labels`, also what
/// incidents did to them, see `ArrowOptions` in `busyhour/arrow.h`. The caller
/// releases the stream, which does not need the job.
BUSYHOUR_EXPORT busyhour_status busyhour_export_arrow(
    const busyhour_job* job, const char* log, int labels, int threads,
    struct ArrowArrayStream* stream, char** error);

/// Writes the labels of the job's incidents, as `busyhour generate
/// --incident-labels`, to a new file.
BUSYHOUR_EXPORT busyhour_status busyhour_write_incident_labels(
    const busyhour_job* job, const char* path, char** error);

/// The calls of a job. Their records have the shape of this name; null for that
/// of the job.
BUSYHOUR_EXPORT busyhour_status busyhour_calls_new(const busyhour_job* job,
                                                   const char* shape,
                                                   busyhour_calls** calls,
                                                   char** error);

/// The next call, as an object with the members of the C++ `Call`; null after
/// the last.
BUSYHOUR_EXPORT busyhour_status busyhour_calls_next(busyhour_calls* calls,
                                                    char** json, char** error);

BUSYHOUR_EXPORT void busyhour_calls_free(busyhour_calls* calls);

/// The call behind the first id in a text, as `busyhour explain --json` prints
/// it; null if the text has no id of the job.
BUSYHOUR_EXPORT busyhour_status busyhour_explain(const busyhour_job* job,
                                                 const char* text, size_t size,
                                                 char** json, char** error);

/// Compares what a pipeline delivered with the records of the job. `options` is
/// a JSON object with options of `busyhour verify`: `expect-faults`, `strict`
/// (true or false), `allow`, `fields`, `map`, `as`, `treat`, `zone`,
/// `date-order`, `at`, `arrival` (texts) and `threads` (a number); null for the
/// defaults. If `job` is null, `options` also has those of
/// `busyhour_job_new`, or `manifest`, the path of a data set, as
/// `busyhour_job_of_manifest` takes it: all problems are told together.
BUSYHOUR_EXPORT busyhour_status
busyhour_verifier_new(const busyhour_job* job, const char* options,
                      busyhour_verifier** verifier, char** error);

/// Reads an input, such as the body of a request. `name` stands for it in
/// examples.
BUSYHOUR_EXPORT busyhour_status
busyhour_verifier_read(busyhour_verifier* verifier, const char* input,
                       size_t size, const char* name, char** error);

BUSYHOUR_EXPORT busyhour_status busyhour_verifier_read_file(
    busyhour_verifier* verifier, const char* path, char** error);

/// Reads all data files in a directory and below it, as `busyhour verify` does:
/// not manifests, incomplete files (`.part`) and hidden files.
BUSYHOUR_EXPORT busyhour_status busyhour_verifier_read_directory(
    busyhour_verifier* verifier, const char* path, char** error);

/// The verdict on all inputs, as `busyhour verify --json` prints it, with
/// `headline` and, as `busyhour verify` prints it for people, `text`. Called
/// once.
BUSYHOUR_EXPORT busyhour_status busyhour_verifier_finish(
    busyhour_verifier* verifier, char** json, char** error);

BUSYHOUR_EXPORT void busyhour_verifier_free(busyhour_verifier* verifier);

/// For Python, whose own code cannot run while an exception is on its way: the
/// destructor of a capsule with a stream that `malloc` allocated.
/// `pointer_of` is `PyCapsule_GetPointer`.
BUSYHOUR_EXPORT void (*busyhour_capsule_destructor(
    void* (*pointer_of)(void* capsule, const char* name)))(void* capsule);

#ifdef __cplusplus
}  // extern "C"
#endif
