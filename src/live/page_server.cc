#include "live/page_server.h"

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <deque>
#include <exception>
#include <utility>
#include <vector>

#include "base/system.h"
#include "base/worker.h"

namespace busyhour::internal {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr std::chrono::seconds kRequestTime{10};
constexpr std::chrono::seconds kAnswerTime{10};
constexpr std::chrono::seconds kCloseTime{1};
constexpr std::chrono::seconds kEventPeriod{1};
// Of a failed accept, such as without free file descriptors.
constexpr std::chrono::milliseconds kAcceptPause{200};
constexpr int kLowerPriority = 10;

// What the sessions of a server share.
struct Shared {
  bool is_ending = false;
  std::size_t connections = 0;
};

std::string TextOf(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

// One connection, which serves one request.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, const PageServer::Handler& handler,
          std::shared_ptr<Shared> shared)
      : stream_(std::move(socket)),
        handler_(handler),
        shared_(std::move(shared)),
        buffer_(PageServer::kMostHeaderBytes + PageServer::kMostBodyBytes),
        timer_(stream_.get_executor()) {
    ++shared_->connections;
  }
  ~Session() { --shared_->connections; }

  void Read() {
    parser_.header_limit(PageServer::kMostHeaderBytes);
    parser_.body_limit(PageServer::kMostBodyBytes);
    stream_.expires_after(kRequestTime);
    http::async_read(
        stream_, buffer_, parser_,
        [self = shared_from_this()](error_code error, std::size_t) {
          self->Handle(error);
        });
  }

  // The server ends: a stream gets its last event, anything else is closed.
  void End() {
    if (next_event_) {
      timer_.cancel();
    } else {
      error_code ignored;
      stream_.socket().close(ignored);
    }
  }

 private:
  void Handle(error_code error) {
    if (!error) {
      Answer(AnswerTo(parser_.get()));
    } else if (error == http::error::header_limit) {
      Answer({431, "text/plain", "the header is too large\n", {}});
    } else if (error == http::error::body_limit) {
      Answer({413, "text/plain", "the body is too large\n", {}});
    } else if (error.category() ==
                   http::make_error_code(http::error::bad_method).category() &&
               error != http::error::end_of_stream &&
               error != http::error::partial_message) {
      Answer({400, "text/plain", "not an HTTP request\n", {}});
    }
  }

  PageAnswer AnswerTo(const http::request<http::string_body>& asked) {
    PageRequest request;
    request.method = TextOf(asked.method_string());
    request.path = TextOf(asked.target());
    request.path.resize(std::min(request.path.find('?'), request.path.size()));
    request.host = TextOf(asked[http::field::host]);
    request.origin = TextOf(asked[http::field::origin]);
    request.accept = TextOf(asked[http::field::accept]);
    request.token = TextOf(asked["X-Busyhour-Token"]);
    request.body = asked.body();
    error_code error;
    const auto peer = stream_.socket().remote_endpoint(error).address();
    request.is_from_here =
        !error && (peer.is_loopback() ||
                   (peer.is_v6() && peer.to_v6().is_v4_mapped() &&
                    asio::ip::make_address_v4(asio::ip::v4_mapped, peer.to_v6())
                        .is_loopback()));
    try {
      return handler_(request);
    } catch (const std::exception&) {
      return {500, "text/plain", "not possible now\n", {}};
    }
  }

  void Answer(PageAnswer answer) {
    next_event_ = std::move(answer.next_event);
    answer_.result(answer.status);
    answer_.version(11);
    answer_.keep_alive(false);
    answer_.set(http::field::content_type, answer.type);
    answer_.set(http::field::cache_control, "no-store");
    answer_.set("X-Content-Type-Options", "nosniff");
    answer_.set("X-Frame-Options", "DENY");
    answer_.set("Referrer-Policy", "no-referrer");
    answer_.set("Cross-Origin-Resource-Policy", "same-origin");
    answer_.body() = std::move(answer.body);
    // A stream lasts until the connection is closed.
    if (!next_event_) answer_.prepare_payload();
    stream_.expires_after(kAnswerTime);
    http::async_write(
        stream_, answer_,
        [self = shared_from_this()](error_code error, std::size_t) {
          if (error) return;
          if (self->next_event_) {
            self->SendEvent();
          } else {
            self->Close();
          }
        });
  }

  void SendEvent() {
    event_ = next_event_();
    event_.is_last |= shared_->is_ending;
    stream_.expires_after(kAnswerTime);
    asio::async_write(
        stream_, asio::buffer(*event_.text),
        [self = shared_from_this()](error_code error, std::size_t) {
          if (!error) self->AfterEvent();
        });
  }

  void AfterEvent() {
    if (event_.is_last) {
      Close();
      return;
    }
    event_.text.reset();
    if (shared_->is_ending) {
      SendEvent();
      return;
    }
    timer_.expires_after(kEventPeriod);
    // The end of the server cancels it.
    timer_.async_wait(
        [self = shared_from_this()](error_code) { self->SendEvent(); });
  }

  // Reads what the peer has sent beyond its request, so that its system does
  // not discard the answer.
  void Close() {
    next_event_ = nullptr;
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(kCloseTime);
    Drain();
  }
  void Drain() {
    stream_.async_read_some(
        asio::buffer(rest_),
        [self = shared_from_this()](error_code error, std::size_t) {
          if (!error && !self->shared_->is_ending) self->Drain();
        });
  }

  boost::beast::tcp_stream stream_;
  const PageServer::Handler& handler_;
  const std::shared_ptr<Shared> shared_;
  boost::beast::flat_buffer buffer_;
  http::request_parser<http::string_body> parser_;
  http::response<http::string_body> answer_;
  std::function<PageEvent()> next_event_;
  PageEvent event_;
  asio::steady_timer timer_;
  std::array<char, 4096> rest_;
};

}  // namespace

class PageServer::Impl {
 public:
  ~Impl() {
    if (!thread_) return;
    asio::post(io_, [this] { End(); });
    thread_->Join();
  }

  std::string Listen(const Address& address, Handler handler) {
    error_code error;
    const tcp::endpoint endpoint(asio::ip::make_address(address.ip, error),
                                 address.port);
    Listener& listener = listeners_.emplace_back(Listener{
        tcp::acceptor(io_), std::move(handler), asio::steady_timer(io_)});
    tcp::acceptor& acceptor = listener.acceptor;
    if (!error) acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(kMostConnections, error);
    if (!error) return "";
    return "cannot listen on " + address.Text() + ": " + error.message();
  }

  void Start() {
    for (Listener& listener : listeners_) Accept(listener);
    thread_ = std::make_unique<Worker>([this] {
      // The run's threads go first.
      LowerThreadPriority(kLowerPriority);
      while (!shared_->is_ending) {
        Serve([this] { io_.run_one(); });
      }
      Serve([this] { io_.run_for(kCloseTime); });
    });
  }

 private:
  // An exception ends one connection, such as one for which there is no memory.
  template <class Work>
  static void Serve(const Work& work) {
    try {
      work();
    } catch (const std::exception&) {
    }
  }

  struct Listener {
    tcp::acceptor acceptor;
    Handler handler;
    asio::steady_timer pause;
  };

  void Accept(Listener& listener) {
    listener.acceptor.async_accept(
        [this, &listener](error_code error, tcp::socket socket) {
          if (shared_->is_ending) return;
          if (error) {
            listener.pause.expires_after(kAcceptPause);
            listener.pause.async_wait([this, &listener](error_code) {
              if (!shared_->is_ending) Accept(listener);
            });
            return;
          }
          Accept(listener);
          if (shared_->connections < kMostConnections) {
            const auto session = std::make_shared<Session>(
                std::move(socket), listener.handler, shared_);
            std::erase_if(sessions_,
                          [](const auto& each) { return each.expired(); });
            sessions_.push_back(session);
            session->Read();
          }
        });
  }

  void End() {
    shared_->is_ending = true;
    for (Listener& listener : listeners_) {
      error_code ignored;
      listener.acceptor.close(ignored);
      listener.pause.cancel();
    }
    for (const auto& each : sessions_) {
      if (const auto session = each.lock()) session->End();
    }
  }

  const std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  asio::io_context io_{1};
  std::deque<Listener> listeners_;
  std::vector<std::weak_ptr<Session>> sessions_;
  std::unique_ptr<Worker> thread_;
};

PageServer::PageServer() : impl_(std::make_unique<Impl>()) {}
PageServer::~PageServer() = default;

std::string PageServer::Listen(const Address& address, Handler handler) {
  return impl_->Listen(address, std::move(handler));
}

void PageServer::Start() { impl_->Start(); }

}  // namespace busyhour::internal
