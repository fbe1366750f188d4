// The throughput of Qpid Proton alone, for amqp_bench.py:
//
//   amqp_loop receive PORT
//       accepts every message and drops it, until the program is killed
//   amqp_loop send PORT SECONDS BODY_FILE ...
//       sends the bodies from memory in turn, each as one message, over one
//       connection, and prints bytes and messages per second

#include <proton/connection.h>
#include <proton/delivery.h>
#include <proton/disposition.h>
#include <proton/event.h>
#include <proton/link.h>
#include <proton/listener.h>
#include <proton/proactor.h>
#include <proton/sasl.h>
#include <proton/session.h>
#include <proton/transport.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

constexpr int kCredit = 1000;
constexpr std::uint32_t kFrameBytes = 64 * 1024;
constexpr std::size_t kWindowBytes = 16 << 20;
// Proton is slow with many bytes that it cannot send yet.
constexpr std::size_t kQueuedBytes = 1 << 20;

// A message with one data section (AMQP 1.0, part 3, section 3.2.6).
std::string MessageOf(const std::string& body) {
  std::string message("\0\x53\x75\xb0", 4);
  for (int shift = 24; shift >= 0; shift -= 8) {
    message += static_cast<char>(body.size() >> shift & 0xff);
  }
  return message + body;
}

// Handles events until `handle` returns false.
template <class Handle>
void Run(pn_proactor_t* proactor, const Handle& handle) {
  for (bool going = true; going;) {
    pn_event_batch_t* const batch = pn_proactor_wait(proactor);
    while (pn_event_t* const event = pn_event_batch_next(batch)) {
      going = handle(event) && going;
    }
    pn_proactor_done(proactor, batch);
  }
}

int Receive(const char* address) {
  pn_proactor_t* const proactor = pn_proactor();
  pn_proactor_listen(proactor, pn_listener(), address, 16);
  std::vector<char> buffer(1 << 20);
  Run(proactor, [&](pn_event_t* event) {
    switch (pn_event_type(event)) {
      case PN_LISTENER_ACCEPT: {
        pn_transport_t* const transport = pn_transport();
        pn_transport_set_server(transport);
        pn_transport_set_max_frame(transport, kFrameBytes);
        pn_listener_accept2(pn_event_listener(event), nullptr, transport);
        break;
      }
      case PN_CONNECTION_INIT:
        pn_connection_set_container(pn_event_connection(event), "amqp_loop");
        break;
      case PN_CONNECTION_REMOTE_OPEN:
        pn_connection_open(pn_event_connection(event));
        break;
      case PN_SESSION_REMOTE_OPEN:
        pn_session_set_incoming_capacity(pn_event_session(event), kWindowBytes);
        pn_session_open(pn_event_session(event));
        break;
      case PN_LINK_REMOTE_OPEN: {
        pn_link_t* const link = pn_event_link(event);
        pn_terminus_copy(pn_link_source(link), pn_link_remote_source(link));
        pn_terminus_copy(pn_link_target(link), pn_link_remote_target(link));
        pn_link_open(link);
        pn_link_flow(link, kCredit);
        break;
      }
      case PN_DELIVERY: {
        pn_delivery_t* const delivery = pn_event_delivery(event);
        pn_link_t* const link = pn_delivery_link(delivery);
        while (pn_link_recv(link, buffer.data(), buffer.size()) > 0) {
        }
        if (pn_delivery_partial(delivery)) break;
        pn_delivery_update(delivery, PN_ACCEPTED);
        pn_delivery_settle(delivery);
        if (pn_link_credit(link) < kCredit / 2) {
          pn_link_flow(link, kCredit - pn_link_credit(link));
        }
        break;
      }
      case PN_CONNECTION_REMOTE_CLOSE:
        pn_connection_close(pn_event_connection(event));
        break;
      case PN_LISTENER_CLOSE:
        return false;
      default:
        break;
    }
    return true;
  });
  return 1;
}

int Send(const char* address, double seconds, char** begin, char** end) {
  std::vector<std::string> messages;
  for (char** path = begin; path != end; ++path) {
    std::ifstream file(*path, std::ios::binary);
    messages.push_back(MessageOf({std::istreambuf_iterator<char>(file),
                                  std::istreambuf_iterator<char>()}));
  }
  pn_proactor_t* const proactor = pn_proactor();
  pn_proactor_connect2(proactor, nullptr, nullptr, address);
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  const auto elapsed = [start] {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  std::uint64_t sent = 0;
  std::uint64_t accepted = 0;
  double bytes = 0;
  bool failed = false;
  const auto fill = [&](pn_link_t* link) {
    while (pn_link_credit(link) > 0 && elapsed() < seconds &&
           pn_session_outgoing_bytes(pn_link_session(link)) < kQueuedBytes) {
      const std::string& message = messages[sent % messages.size()];
      pn_delivery(link,
                  pn_dtag(reinterpret_cast<const char*>(&sent), sizeof sent));
      pn_link_send(link, message.data(), message.size());
      pn_link_advance(link);
      ++sent;
    }
  };
  Run(proactor, [&](pn_event_t* event) {
    switch (pn_event_type(event)) {
      case PN_CONNECTION_INIT: {
        pn_connection_t* const connection = pn_event_connection(event);
        pn_connection_set_container(connection, "amqp_loop");
        pn_connection_open(connection);
        pn_session_t* const session = pn_session(connection);
        pn_session_open(session);
        pn_link_t* const link = pn_sender(session, "records");
        pn_terminus_set_address(pn_link_target(link), "records");
        pn_link_open(link);
        break;
      }
      case PN_LINK_FLOW:
        fill(pn_event_link(event));
        break;
      case PN_DELIVERY: {
        pn_delivery_t* const delivery = pn_event_delivery(event);
        if (pn_delivery_remote_state(delivery) != PN_ACCEPTED) {
          failed = true;
          return false;
        }
        bytes +=
            static_cast<double>(messages[accepted++ % messages.size()].size());
        pn_delivery_settle(delivery);
        fill(pn_event_link(event));
        return accepted < sent || elapsed() < seconds;
      }
      case PN_TRANSPORT_ERROR:
        failed = true;
        return false;
      default:
        break;
    }
    return true;
  });
  std::printf("%.0f %.0f\n", bytes / elapsed(),
              static_cast<double>(accepted) / elapsed());
  pn_proactor_free(proactor);
  return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::string address = std::string("127.0.0.1:") + argv[2];
  if (std::strcmp(argv[1], "receive") == 0) return Receive(address.c_str());
  if (argc < 5) return 2;
  return Send(address.c_str(), std::atof(argv[3]), argv + 4, argv + argc);
}
