// busyhour control: changes a run of load while it goes on.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "cli/command.h"
#include "cli/options.h"
#include "live/page_client.h"

namespace busyhour::internal {
namespace {

constexpr Option kControlOptions[] = {
    {"to", "[ADDRESS:]PORT", "Where load --live serves the run",
     "127.0.0.1:8765"},
};

constexpr unsigned kAsked = 202;
constexpr unsigned kBadRequest = 400;

// The words of the command, joined by spaces. Adds a problem if they are none.
std::string ReadWords(OptionReader& options) {
  constexpr std::array<std::string_view, 8> kWords = {
      "rate", "speed", "faster", "slower", "pause", "resume", "end", "status"};
  const std::vector<std::string>& words = options.words();
  const auto add = [&](std::string place, std::string message) {
    options.problems().push_back(
        {std::move(place), 0, 0, "", std::move(message)});
  };
  if (words.empty()) {
    add("busyhour control",
        "what to do is missing: " + Listed({kWords.begin(), kWords.end()}));
    return "";
  }
  if (std::find(kWords.begin(), kWords.end(), words[0]) == kWords.end()) {
    add("", NotAmong(words[0], {kWords.begin(), kWords.end()}));
  } else if ((words[0] == "rate" || words[0] == "speed") !=
             (words.size() == 2)) {
    add(words[0], words.size() == 2 ? "takes no value"
                                    : "needs a value, such as rate 500/s");
  }
  return words.size() == 2 ? words[0] + ' ' + words[1] : words[0];
}

// The state of the run; null if it cannot be asked for.
Status ReadStatus(const Address& to, nlohmann::ordered_json& state) {
  LiveReply reply;
  if (Status status = Ask(to, {"GET", "/status", "", ""}, reply);
      !status.ok()) {
    return status;
  }
  state = nlohmann::ordered_json::parse(reply.body, nullptr, false);
  if (reply.status == 200 && state.is_object()) return Status::Ok();
  return Status::Failed(to.Text() + " is no page of load --live");
}

}  // namespace

int RunControlCommand(int argc, const char* const* argv) {
  OptionReader options(
      {"control", "rate RATE|speed X|faster|slower|pause|resume|end|status",
       "Changes a run of load --live while it goes on, or shows its state.",
       "busyhour control rate 500/s"});
  options.Declare(kControlOptions);
  options.AllowWords(2, [](std::size_t position) {
    using Words = std::vector<std::string_view>;
    return position > 0 ? Words()
                        : Words{"rate",  "speed",  "faster", "slower",
                                "pause", "resume", "end",    "status"};
  });
  if (options.Parse(argc, argv)) return kDone;
  const auto to = options.Value("to", ParseAddress,
                                "a port, or an IP address and a port, such as "
                                "127.0.0.1:8765");
  const std::string words = ReadWords(options);
  options.ThrowIfRefused();

  nlohmann::ordered_json state;
  if (Status status = ReadStatus(*to, state); !status.ok()) {
    return EndWithFailure(status.message());
  }
  const char* const given = std::getenv(kTokenVariable);
  const std::string token =
      given != nullptr ? given : state.value("token", std::string());
  state.erase("token");
  if (words == "status") {
    std::printf("%s\n", state.dump(2).c_str());
    return kDone;
  }
  if (token.empty()) {
    return EndWithFailure(
        std::string("to change a run of another machine, set ") +
        kTokenVariable + " to its token");
  }
  LiveReply reply;
  if (Status status = Ask(*to, {"POST", "/control", token, words}, reply);
      !status.ok()) {
    return EndWithFailure(status.message());
  }
  if (reply.status == kAsked) {
    std::printf("asked: %s\n", words.c_str());
    return kDone;
  }
  std::string reason = ForPerson(reply.body.substr(0, reply.body.find('\n')));
  if (reply.status == kBadRequest) throw InputError(words, std::move(reason));
  return EndWithFailure(reason);
}

}  // namespace busyhour::internal
