#include "busyhour/receiver.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <deque>
#include <exception>
#include <list>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "base/worker.h"
#include "busyhour/error.h"

namespace busyhour {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

// Between attempts to accept a connection, after an error.
constexpr std::chrono::milliseconds kPause(10);

bool Keeps(http::verb verb) {
  return verb == http::verb::post || verb == http::verb::put;
}

}  // namespace

// A thread accepts connections; each has a thread of its own, which serves its
// requests until the peer closes it or the server ends.
class Receiver::Server {
 public:
  Server() {
    error_code error;
    const tcp::endpoint any(asio::ip::address_v4::loopback(), 0);
    acceptor_.open(any.protocol(), error);
    if (!error) acceptor_.bind(any, error);
    if (!error)
      acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) waker_.open(any.protocol(), error);
    if (error) {
      throw std::runtime_error("cannot listen on 127.0.0.1: " +
                               error.message());
    }
    url_ =
        "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    thread_ = std::make_unique<internal::Worker>([this] { Accept(); });
  }

  ~Server() {
    {
      const std::lock_guard lock(mutex_);
      is_ending_ = true;
      // Wakes the threads that wait for a connection or a request.
      error_code ignored;
      waker_.connect(acceptor_.local_endpoint(), ignored);
      for (Connection& each : connections_) {
        each.socket.shutdown(tcp::socket::shutdown_both, ignored);
      }
    }
    thread_.reset();
    connections_.clear();
  }

  const std::string& url() const noexcept { return url_; }

  void AnswerNext(unsigned status, std::size_t times) {
    const std::lock_guard lock(mutex_);
    statuses_.insert(statuses_.end(), times, status);
  }
  std::vector<std::string> bodies() const {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }
  std::size_t requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  struct Connection {
    explicit Connection(tcp::socket accepted) : socket(std::move(accepted)) {}
    tcp::socket socket;
    bool has_ended = false;
    std::unique_ptr<internal::Worker> thread;
  };

  void Accept() {
    for (;;) {
      error_code error;
      tcp::socket socket = acceptor_.accept(context_, error);
      {
        const std::lock_guard lock(mutex_);
        if (is_ending_) return;
        connections_.remove_if(
            [](const Connection& each) { return each.has_ended; });
        if (!error) Begin(std::move(socket));
      }
      // Without descriptors, until a connection ends.
      if (error) std::this_thread::sleep_for(kPause);
    }
  }

  // Closes a connection for which there is no thread or no memory.
  void Begin(tcp::socket socket) {
    try {
      std::list<Connection> added;
      Connection& connection = added.emplace_back(std::move(socket));
      connection.thread = std::make_unique<internal::Worker>(
          [this, &connection] { Serve(connection); });
      connections_.splice(connections_.end(), added);
    } catch (const std::exception&) {
      return;
    }
  }

  void Serve(Connection& connection) {
    boost::beast::flat_buffer buffer;
    error_code error;
    for (bool keeps_open = true; keeps_open && !error;) {
      http::request_parser<http::string_body> parser;
      parser.body_limit(kMostBodyBytes);
      http::read(connection.socket, buffer, parser, error);
      const bool is_too_large = error == http::error::body_limit;
      if (error && !is_too_large) break;
      http::response<http::string_body> answer(
          static_cast<http::status>(Take(parser.get(), is_too_large)), 11);
      keeps_open = !is_too_large && parser.get().keep_alive();
      answer.keep_alive(keeps_open);
      answer.prepare_payload();
      error = {};
      http::write(connection.socket, answer, error);
    }
    const std::lock_guard lock(mutex_);
    connection.socket.shutdown(tcp::socket::shutdown_both, error);
    connection.has_ended = true;
  }

  // Counts a request. Returns the status of its answer; keeps the body if it is
  // accepted.
  unsigned Take(http::request<http::string_body>& request, bool is_too_large) {
    const std::lock_guard lock(mutex_);
    ++requests_;
    if (is_too_large) return 413;
    if (!Keeps(request.method())) return 405;
    unsigned status = 200;
    if (!statuses_.empty()) {
      status = statuses_.front();
      statuses_.pop_front();
    }
    if (status < 400) bodies_.push_back(std::move(request.body()));
    return status;
  }

  asio::io_context context_;
  tcp::acceptor acceptor_{context_};
  // Ends the wait for a connection. Open from the start, as there may be no
  // descriptors left at the end.
  tcp::socket waker_{context_};
  std::string url_;
  mutable std::mutex mutex_;
  bool is_ending_ = false;
  std::deque<unsigned> statuses_;
  std::vector<std::string> bodies_;
  std::size_t requests_ = 0;
  std::list<Connection> connections_;
  std::unique_ptr<internal::Worker> thread_;
};

Receiver::Receiver() : server_(std::make_unique<Server>()) {}

Receiver::~Receiver() = default;

const std::string& Receiver::url() const noexcept { return server_->url(); }

void Receiver::AnswerNext(unsigned status, std::size_t times) {
  if (status < 200 || status > 599) {
    throw InputError("status", std::to_string(status) +
                                   " is no status of an answer, from 200 to "
                                   "599");
  }
  server_->AnswerNext(status, times);
}

std::vector<std::string> Receiver::bodies() const { return server_->bodies(); }

std::size_t Receiver::requests() const { return server_->requests(); }

}  // namespace busyhour
