#include "busyhour/verify.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "busyhour/error.h"
#include "interface/job_data.h"
#include "interface/verify_options.h"
#include "read/input_files.h"
#include "verify/read_inputs.h"
#include "verify/verdict_json.h"
#include "verify/verdict_text.h"
#include "verify/verification.h"

namespace busyhour {
namespace {

VerifyCounts CountsOf(const internal::VerifyCounts& from) {
  VerifyCounts counts;
  counts.sent = from.sent;
  counts.received = from.received;
  counts.intact = from.intact;
  counts.lost = from.lost;
  counts.duplicated = from.duplicated;
  counts.altered = from.altered;
  counts.foreign = from.foreign;
  counts.undecodable = from.undecodable;
  counts.out_of_order = from.out_of_order;
  return counts;
}

internal::VerificationOptions OptionsOf(const VerifyOptions& from,
                                        const JobData& data) {
  std::vector<Problem> problems;
  internal::VerificationOptions options = ReadVerifyOptions(from, problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  if (from.expect_faults) {
    internal::MakeRoom(data.job, options.verify.reading);
  }
  return options;
}

std::optional<std::string> WordOf(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

internal::SentJobs SentOf(const JobData& data) {
  internal::SentJobs sent;
  sent.profiles.push_back(JobData::EngineProfile(data.profile));
  sent.jobs.push_back(data.job);
  sent.counts.emplace_back();
  return sent;
}

}  // namespace

internal::VerificationOptions ReadVerifyOptions(
    const VerifyOptions& from, std::vector<Problem>& problems) {
  internal::VerificationOptions options;
  options.expects_faults = from.expect_faults;
  if (!from.allow.empty()) options.allowance.Read(from.allow, problems);
  options.verify =
      internal::ReadVerifyWords({.as = WordOf(from.as),
                                 .treat = WordOf(from.treat),
                                 .zone = WordOf(from.zone),
                                 .date_order = WordOf(from.date_order),
                                 .fields = WordOf(from.fields),
                                 .map = WordOf(from.map),
                                 .at = WordOf(from.at),
                                 .arrival = WordOf(from.arrival),
                                 .strict = from.strict},
                                problems);
  try {
    options.threads = ThreadsOf(from.threads);
  } catch (const InputError& error) {
    problems.insert(problems.end(), error.problems().begin(),
                    error.problems().end());
  }
  return options;
}

struct Verifier::State {
  State(const JobData& data, const VerifyOptions& options)
      : logs(data.job.logs),
        verification(SentOf(data), OptionsOf(options, data)) {}

  /// Throws `std::logic_error` after the verdict.
  internal::Verifier& Reading() {
    if (has_ended) throw std::logic_error("Verifier: Finish has ended it");
    return verification.verifier();
  }

  const internal::LogSet logs;
  internal::Verification verification;
  bool has_ended = false;
};

Verifier::Verifier(const Job& job, const VerifyOptions& options)
    : state_(std::make_unique<State>(*JobData::Of(job), options)) {}

Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;
Verifier::~Verifier() = default;

void Verifier::Read(std::string_view input, const std::string& name) {
  Read(
      [&input](char* to, std::size_t size) {
        const std::size_t bytes = std::min(size, input.size());
        std::memcpy(to, input.data(), bytes);
        input.remove_prefix(bytes);
        return bytes;
      },
      name);
}

void Verifier::Read(
    const std::function<std::size_t(char* to, std::size_t size)>& read,
    const std::string& name) {
  state_->Reading().Read(
      [&read](char* to, std::size_t size) {
        return static_cast<long>(read(to, size));
      },
      name);
}

void Verifier::ReadFile(const std::string& path) {
  internal::Verifier& reading = state_->Reading();
  std::string trouble;
  const internal::InputBytes::Source source =
      internal::OpenSource(path, trouble);
  if (!source) throw InputError(path, trouble);
  reading.Read(source, path);
}

void Verifier::ReadDirectory(const std::string& path) {
  internal::Verifier& reading = state_->Reading();
  if (std::error_code error; !std::filesystem::is_directory(path, error)) {
    throw InputError(path, "there is no such directory");
  }
  std::vector<std::string> wrong;
  const std::vector<internal::FoundInput> inputs =
      internal::FindInputs({path}, wrong);
  if (!wrong.empty()) {
    std::vector<Problem> problems;
    for (std::string& each : wrong) {
      problems.push_back({"received", 0, 0, "", std::move(each)});
    }
    throw InputError(std::move(problems));
  }
  internal::ReadAll(inputs, reading);
}

Verdict Verifier::Finish() {
  state_->Reading();
  state_->has_ended = true;
  internal::Verification& verification = state_->verification;
  const internal::Verdict judged = verification.Finish();
  const internal::Allowance& allowance = verification.allowance();
  Verdict verdict;
  verdict.passed = internal::HasPassed(judged, allowance);
  verdict.total = CountsOf(judged.total);
  for (const LogType log : state_->logs) {
    verdict.logs.push_back({log, CountsOf(judged.logs[log])});
  }
  verdict.headline = internal::Headline(judged, allowance);
  for (const internal::VerifyHint& hint : judged.hints) {
    verdict.hints.push_back(hint.text);
  }
  verdict.text = internal::ForPerson(internal::VerdictText(
      judged, allowance, verification.sent(), verification.options().verify));
  verdict.json = internal::VerdictJson(judged, allowance);
  return verdict;
}

Verdict Verify(const Job& job, std::string_view input,
               const VerifyOptions& options) {
  Verifier verifier(job, options);
  verifier.Read(input);
  return verifier.Finish();
}

}  // namespace busyhour
