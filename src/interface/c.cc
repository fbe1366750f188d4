#include "busyhour/c.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "busyhour/busyhour.h"
#include "catalog/logs.h"
#include "interface/c_json.h"
#include "interface/job_data.h"
#include "job/option.h"
#include "twins/incident_labels.h"

struct busyhour_job {
  busyhour::Job job;
};

struct busyhour_calls {
  busyhour::Calls calls;
  std::string shape;
};

struct busyhour_verifier {
  busyhour::Verifier verifier;
};

namespace busyhour {
namespace {

// A copy that `busyhour_free` frees.
char* CopyOf(const std::string& text) {
  auto* const copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

// Null if there is no memory.
template <class Write>
void Report(char** error, const Write& write) noexcept {
  if (error == nullptr) return;
  try {
    *error = CopyOf(write());
  } catch (...) {
    *error = nullptr;
  }
}

// Calls `act()`; an exception becomes a status and an error.
template <class Act>
busyhour_status Try(char** error, const Act& act) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    act();
    return BUSYHOUR_OK;
  } catch (const InputError& input) {
    Report(error, [&] { return JsonOf(input); });
    return BUSYHOUR_BAD_INPUT;
  } catch (const std::bad_alloc&) {
    return BUSYHOUR_NO_MEMORY;
  } catch (const std::exception& failure) {
    Report(error, [&] { return JsonOfError(failure.what()); });
    return BUSYHOUR_FAILED;
  }
}

// As `Try`, for a text that `text()` returns; null before, or if it fails.
template <class Text>
busyhour_status TryText(char** to, char** error, const Text& text) noexcept {
  *to = nullptr;
  return Try(error, [&] { *to = CopyOf(text()); });
}

// A log by its name; `ExportArrow` knows whether the job has it.
LogType LogNamed(std::string_view name) {
  if (const auto log = internal::FindLog(name)) return *log;
  throw InputError(
      "log", internal::NotAmong(name, internal::NamesOf(internal::Logs())));
}

void WriteLabels(const Job& job, const std::string& path) {
  const JobData& data = *JobData::Of(job);
  if (const std::string why = internal::ObjectionToIncidentLabels(data.job);
      !why.empty()) {
    throw InputError("labels", why);
  }
  const internal::Status status = internal::WriteIncidentLabels(
      JobData::EngineProfile(data.profile), data.job, {path, ""}, false);
  if (!status.ok()) throw std::runtime_error(status.message());
}

// Set once, before there is a capsule.
std::atomic<void* (*)(void*, const char*)> g_pointer_of = nullptr;

void ReleaseCapsule(void* capsule) {
  auto* const stream = static_cast<ArrowArrayStream*>(
      g_pointer_of.load()(capsule, "arrow_array_stream"));
  if (stream == nullptr) return;
  if (stream->release != nullptr) stream->release(stream);
  std::free(stream);
}

}  // namespace
}  // namespace busyhour

using busyhour::JsonOf;
using busyhour::Try;
using busyhour::TryText;

const char* busyhour_version(void) { return busyhour::kVersion.data(); }

void busyhour_free(char* text) { std::free(text); }

busyhour_status busyhour_profiles(char** json, char** error) {
  return TryText(json, error,
                 [] { return JsonOf(busyhour::Profile::Shipped()); });
}

busyhour_status busyhour_job_new(const char* options, busyhour_job** job,
                                 char** error) {
  *job = nullptr;
  return Try(error,
             [&] { *job = new busyhour_job{busyhour::JobOfJson(options)}; });
}

busyhour_status busyhour_job_of_manifest(const char* path, busyhour_job** job,
                                         char** error) {
  *job = nullptr;
  return Try(error,
             [&] { *job = new busyhour_job{busyhour::Job::OfManifest(path)}; });
}

void busyhour_job_free(busyhour_job* job) { delete job; }

busyhour_status busyhour_job_facts(const busyhour_job* job, char** json,
                                   char** error) {
  return TryText(json, error, [&] { return JsonOf(job->job); });
}

busyhour_status busyhour_write(const busyhour_job* job, int threads,
                               busyhour_take take, void* context, char** totals,
                               char** error) {
  return TryText(totals, error, [&] {
    const auto pass_on = [&](std::string_view piece) {
      return take(context, piece.data(), piece.size()) != 0;
    };
    return JsonOf(busyhour::Write(job->job, pass_on, {.threads = threads}));
  });
}

busyhour_status busyhour_write_files(const busyhour_job* job, const char* path,
                                     int threads, int force,
                                     busyhour_progress progress, void* context,
                                     char** totals, char** error) {
  return TryText(totals, error, [&] {
    std::stop_source stop;
    busyhour::RunOptions options;
    options.threads = threads;
    options.force = force != 0;
    options.stop = stop.get_token();
    if (progress != nullptr) {
      options.on_progress = [&](const busyhour::Totals& so_far) {
        if (progress(context, so_far.done) == 0) stop.request_stop();
      };
    }
    return JsonOf(busyhour::WriteFiles(job->job, path, options));
  });
}

busyhour_status busyhour_export_arrow(const busyhour_job* job, const char* log,
                                      int labels, int threads,
                                      ArrowArrayStream* stream, char** error) {
  return Try(error, [&] {
    busyhour::ExportArrow(job->job, busyhour::LogNamed(log), stream,
                          {.threads = threads, .labels = labels != 0});
  });
}

busyhour_status busyhour_write_incident_labels(const busyhour_job* job,
                                               const char* path, char** error) {
  return Try(error, [&] { busyhour::WriteLabels(job->job, path); });
}

busyhour_status busyhour_calls_new(const busyhour_job* job, const char* shape,
                                   busyhour_calls** calls, char** error) {
  *calls = nullptr;
  return Try(error, [&] {
    *calls = new busyhour_calls{busyhour::Calls(job->job),
                                shape == nullptr ? "" : shape};
  });
}

busyhour_status busyhour_calls_next(busyhour_calls* calls, char** json,
                                    char** error) {
  *json = nullptr;
  return Try(error, [&] {
    const std::optional<busyhour::Call> call = calls->calls.Next();
    if (call) *json = busyhour::CopyOf(JsonOf(*call, calls->shape));
  });
}

void busyhour_calls_free(busyhour_calls* calls) { delete calls; }

busyhour_status busyhour_explain(const busyhour_job* job, const char* text,
                                 size_t size, char** json, char** error) {
  *json = nullptr;
  return Try(error, [&] {
    const auto story = busyhour::Explain(job->job, {text, size});
    if (story) *json = busyhour::CopyOf(story->json);
  });
}

busyhour_status busyhour_verifier_new(const busyhour_job* job,
                                      const char* options,
                                      busyhour_verifier** verifier,
                                      char** error) {
  *verifier = nullptr;
  return Try(error, [&] {
    *verifier = new busyhour_verifier{
        busyhour::VerifierOfJson(job == nullptr ? nullptr : &job->job,
                                 options == nullptr ? "" : options)};
  });
}

busyhour_status busyhour_verifier_read(busyhour_verifier* verifier,
                                       const char* input, size_t size,
                                       const char* name, char** error) {
  return Try(error, [&] {
    verifier->verifier.Read(std::string_view(input, size), name);
  });
}

busyhour_status busyhour_verifier_read_file(busyhour_verifier* verifier,
                                            const char* path, char** error) {
  return Try(error, [&] { verifier->verifier.ReadFile(path); });
}

busyhour_status busyhour_verifier_read_directory(busyhour_verifier* verifier,
                                                 const char* path,
                                                 char** error) {
  return Try(error, [&] { verifier->verifier.ReadDirectory(path); });
}

busyhour_status busyhour_verifier_finish(busyhour_verifier* verifier,
                                         char** json, char** error) {
  return TryText(json, error,
                 [&] { return JsonOf(verifier->verifier.Finish()); });
}

void busyhour_verifier_free(busyhour_verifier* verifier) { delete verifier; }

void (*busyhour_capsule_destructor(
    void* (*pointer_of)(void* capsule, const char* name)))(void* capsule) {
  busyhour::g_pointer_of = pointer_of;
  return busyhour::ReleaseCapsule;
}
