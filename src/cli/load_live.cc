#include "cli/load_live.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "base/printable.h"
#include "base/system.h"
#include "live/page_client.h"

namespace busyhour::internal {
namespace {

constexpr std::size_t kLeastTokenLength = 16;

std::string RandomToken() {
  std::array<unsigned char, 16> bytes;
  if (!FillRandom(bytes)) {
    throw InputError("--live", "this system has no random numbers");
  }
  std::string token;
  for (const unsigned char byte : bytes) token += fmt::format("{:02x}", byte);
  return token;
}

// From the environment, so that the same one can be given to several machines;
// otherwise a random one.
std::string ReadToken() {
  const char* const given = std::getenv(kTokenVariable);
  if (given == nullptr) return RandomToken();
  const std::string token(given);
  if (token.size() < kLeastTokenLength ||
      !std::all_of(token.begin(), token.end(), IsLetterOrDigit)) {
    throw InputError(kTokenVariable,
                     "must have 16 or more letters and digits, and no other "
                     "characters");
  }
  return token;
}

void TellPage(const LiveServer::Options& options) {
  const Address& page = *options.page;
  if (page.is_loopback()) {
    fmt::print(stderr, "live page: http://{}/\n", page.Text());
    return;
  }
  // The part after # is not sent to servers, and not in their logs.
  const bool is_any = page.ip == "0.0.0.0" || page.ip == "::";
  fmt::print(stderr,
             "live page: http://{}/#{}\nThis link allows changing the run.\n",
             is_any ? options.host_name + ':' + std::to_string(page.port)
                    : page.Text(),
             options.token);
}

}  // namespace

std::string PlanText(const LoadOptions& load) {
  return load.rate.text +
         (load.pattern_text == "constant" ? "" : ", " + load.pattern_text);
}

RunReport LiveFactsOf(const LoadOptions& load) {
  RunReport facts;
  facts.profile = load.profile.name;
  facts.seed = load.plan.job.seed;
  facts.target = load.receiver.text;
  facts.plan = PlanText(load);
  for (const Threshold& threshold : load.checks.thresholds) {
    facts.thresholds.push_back({threshold.text(), true, ""});
  }
  return facts;
}

std::unique_ptr<LiveServer> ServeRun(const LoadOptions& load,
                                     RunControl* control) {
  if (!load.live && !load.metrics) return nullptr;
  const Shard& shard = load.plan.job.shard;
  LiveServer::Options options{load.live,
                              load.metrics,
                              {{"target", ForPerson(load.receiver.text)},
                               {"profile", ForPerson(load.profile.name)},
                               {"shard", std::to_string(shard.index) + '/' +
                                             std::to_string(shard.count)}},
                              ReadToken(),
                              load.place.host};
  auto server = std::make_unique<LiveServer>(std::move(options));
  if (const auto [option, reason] = server->Listen(); !reason.empty()) {
    throw InputError(option, reason);
  }
  server->Begin(LiveFactsOf(load), control);
  server->Start();
  if (load.live && !load.quiet) TellPage(server->options());
  return server;
}

}  // namespace busyhour::internal
