//! Taking connections: who is at the other end, how long a request's head may take, and how to stop.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use tower::ServiceExt;

/// How long a failed `accept` is followed by a rest: out of file descriptors, it would fail again at once.
const REST: Duration = Duration::from_secs(1);

/// How long requests under way may take to end once it is told to stop; a photo on a slow line may lose its
/// way then, and is sent again.
const FINISH: Duration = Duration::from_secs(10);

/// How many connections may wait to be taken: a crowd that comes in one moment. The system's own limit counts as
/// well (`net.core.somaxconn`); what waits beyond is turned away, and tries again a second later.
const WAITING: u32 = 4096;

/// Listens at this address, `host:port`.
///
/// # Errors
/// When the address means nothing, is taken, or may not be listened at.
pub async fn bind(address: &str) -> io::Result<TcpListener> {
    let mut failed = io::Error::new(io::ErrorKind::AddrNotAvailable, "the name has no address");
    for address in lookup_host(address).await? {
        match listen_at(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn listen_at(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Connections of the program before it that are not over yet do not keep this one from its address.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Serves until `stop`, then finishes the requests it has. A connection whose next request's head does not
/// arrive whole within `head` is closed: whoever sends a byte now and then holds it no longer than that.
pub async fn serve(listener: TcpListener, router: Router, head: Duration, stop: impl Future<Output = ()>) {
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => take(stream, peer, router.clone(), head, &connections),
                Err(error) => {
                    tracing::error!("taking a connection: {error}");
                    tokio::time::sleep(REST).await;
                }
            },
        }
    }
    drop(listener);
    if tokio::time::timeout(FINISH, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in {} s and were left", FINISH.as_secs());
    }
}

fn take(stream: TcpStream, peer: SocketAddr, router: Router, head: Duration, connections: &GracefulShutdown) {
    // Small answers leave at once; a system that cannot do that answers a little later.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = router.clone();
        async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .serve_connection(TokioIo::new(stream), answer);
    let watched = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!("a connection ended early: {error}");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_is_listened_at_once() {
        let first = bind("127.0.0.1:0").await.unwrap();
        let address = first.local_addr().unwrap();
        let taken = bind(&address.to_string()).await.unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
        drop(first);
        assert!(bind(&address.to_string()).await.is_ok(), "it is free again");
        assert!(bind("127.0.0.1:notaport").await.is_err());
    }
}
