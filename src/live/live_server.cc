#include "live/live_server.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace busyhour::internal {
namespace {

// The newest figures may be this old in an event.
constexpr double kSameMomentSeconds = 0.5;

PageAnswer Words(unsigned status, std::string words) {
  words += '\n';
  return {status, "text/plain; charset=utf-8", std::move(words), {}};
}

// Compares all bytes, so that the time tells nothing.
bool IsSame(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  int difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= a[i] ^ b[i];
  return difference == 0;
}

}  // namespace

std::pair<std::string, std::string> LiveServer::Listen() {
  const bool is_one = options_.page && options_.metrics == options_.page;
  if (options_.page) {
    std::string reason =
        server_.Listen(*options_.page, [this](const PageRequest& request) {
          return request.path == "/metrics" ? ServeMetrics(request)
                                            : ServePage(request);
        });
    if (!reason.empty()) return {"--live", std::move(reason)};
  }
  if (options_.metrics && !is_one) {
    std::string reason =
        server_.Listen(*options_.metrics, [this](const PageRequest& request) {
          return request.path == "/metrics" ? ServeMetrics(request)
                                            : Words(404, "see /metrics");
        });
    if (!reason.empty()) return {"--metrics", std::move(reason)};
  }
  return {};
}

void LiveServer::Begin(RunReport facts, RunControl* control) {
  const std::lock_guard lock(mutex_);
  run_.With([this](const LiveFigures& last) { metrics_.Begin(last); });
  run_.Begin(std::move(facts), control);
  control_ = control;
  event_ = {};
}

LiveReader LiveServer::ReaderOf(const PageRequest& request) const {
  return {control_ != nullptr, request.is_from_here ? options_.token : ""};
}

PageAnswer LiveServer::ServeMetrics(const PageRequest& request) {
  if (request.method != "GET") return Words(405, "only GET");
  const std::lock_guard lock(mutex_);
  return run_.With([&](const LiveFigures& figures) {
    const auto families = metrics_.Collect(figures);
    return TakesProtobuf(request.accept)
               ? PageAnswer{200,
                            std::string(kMetricsProtobufType),
                            MetricsProtobuf(families),
                            {}}
               : PageAnswer{200,
                            std::string(kMetricsTextType),
                            MetricsText(families),
                            {}};
  });
}

PageAnswer LiveServer::ServePage(const PageRequest& request) {
  if (!IsOwnHost(request.host, options_.host_name)) {
    return Words(403,
                 "open this page by the IP address or the host name of the "
                 "machine");
  }
  if (request.path == "/control") return Control(request);
  if (request.method != "GET") return Words(405, "only GET");
  if (request.path == "/events") {
    PageAnswer answer{200, "text/event-stream", "", {}};
    answer.next_event = [this] { return NextEvent(); };
    return answer;
  }
  const std::lock_guard lock(mutex_);
  const LiveReader reader = ReaderOf(request);
  return run_.With([&](const LiveFigures& figures) {
    if (request.path == "/") {
      return PageAnswer{
          200, "text/html; charset=utf-8", LivePage(figures, reader), {}};
    }
    if (request.path == "/status") {
      return PageAnswer{
          200, "application/json", LiveStatus(figures, reader), {}};
    }
    if (request.path == "/favicon.ico") return PageAnswer{204, "", "", {}};
    return Words(404, "there is no such page");
  });
}

PageAnswer LiveServer::Control(const PageRequest& request) {
  if (request.method != "POST") return Words(405, "only POST");
  if (!request.origin.empty() && request.origin != "http://" + request.host) {
    return Words(403, "the request comes from another site");
  }
  if (!IsSame(request.token, options_.token)) {
    return Words(403, "the token is missing or wrong");
  }
  const std::lock_guard lock(mutex_);
  if (control_ == nullptr) {
    return Words(409, "this run cannot be changed");
  }
  // The command has no origin; a browser always sends it.
  std::string reason =
      control_->Ask(request.body, request.origin.empty() ? AskedBy::kCommand
                                                         : AskedBy::kPage);
  if (!reason.empty()) return Words(400, std::move(reason));
  return Words(202, "asked");
}

PageEvent LiveServer::NextEvent() {
  const std::lock_guard lock(mutex_);
  return run_.With([this](const LiveFigures& figures) {
    if (!event_.text || figures.is_over != event_.is_last ||
        figures.seconds > event_seconds_ + kSameMomentSeconds ||
        figures.seconds < event_seconds_) {
      event_ = {std::make_shared<const std::string>(LiveEvent(figures)),
                figures.is_over};
      event_seconds_ = figures.seconds;
    }
    return event_;
  });
}

}  // namespace busyhour::internal
