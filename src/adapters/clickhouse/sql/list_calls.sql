-- Who calls whom: services, databases, queues and hosts outside?
-- Params: f, t DateTime64(9), the window; f0: callers are read from there on, since what they called may have started
--         much later; f1, t1: called spans are read between these, since clocks differ
-- Returns: source, source_namespace, kind ('svc', 'db', 'mq', 'ext'), target, target_namespace String,
--          is_target UInt8 (1: all callers together), calls, errors UInt64, duration_ns Int64 (sum),
--          quantiles_ns Array(Float32) (0.99)
SELECT caller.service AS source, caller.namespace AS source_namespace,
       if(called.service != '', 'svc', caller.peer_kind) AS kind,
       if(called.service != '', called.service, caller.peer) AS target,
       called.namespace AS target_namespace,
       grouping(source) AS is_target,
       count() AS calls,
       sum(if(called.service != '', called.is_error, caller.is_error)) AS errors,
       toInt64(sum(if(called.service != '', called.duration_ns, caller.duration_ns))) AS duration_ns,
       quantilesTDigest(0.99)(if(called.service != '', called.duration_ns, caller.duration_ns)) AS quantiles_ns
FROM (
    SELECT reinterpretAsUInt64(unhex(SpanId)) AS span, toString(ServiceName) AS service, ''/*namespace*/ AS namespace,
           toInt64(Duration) AS duration_ns, StatusCode IN ('STATUS_CODE_ERROR', 'Error') AS is_error,
           Timestamp >= {f:DateTime64(9,'UTC')} AS is_inside,
           if(SpanAttributes['db.system'] != '', SpanAttributes['db.system'], SpanAttributes['db.system.name'])
               AS database_system,
           SpanAttributes['messaging.system'] AS queue_system,
           multiIf(database_system != '', 'db', queue_system != '', 'mq', 'ext') AS peer_kind,
           multiIf(database_system != '',
                       concat(database_system, ':',
                              if(SpanAttributes['db.name'] != '', SpanAttributes['db.name'],
                                 SpanAttributes['db.namespace'])),
                   queue_system != '',
                       concat(queue_system, ':',
                              if(SpanAttributes['messaging.destination.name'] != '',
                                 SpanAttributes['messaging.destination.name'],
                                 SpanAttributes['messaging.destination'])),
                   SpanAttributes['server.address'] != '', SpanAttributes['server.address'],
                   SpanAttributes['net.peer.name'] != '', SpanAttributes['net.peer.name'],
                   SpanAttributes['peer.service'] != '', SpanAttributes['peer.service'],
                   SpanAttributes['url.full'] != '', domain(SpanAttributes['url.full']),
                   domain(SpanAttributes['http.url'])) AS peer
    FROM otel_traces
    WHERE SpanKind IN ('SPAN_KIND_CLIENT', 'Client', 'SPAN_KIND_PRODUCER', 'Producer') AND SpanId != ''
      AND Timestamp >= {f0:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')}
) AS caller
LEFT JOIN (
    SELECT reinterpretAsUInt64(unhex(ParentSpanId)) AS span, toString(ServiceName) AS service,
           ''/*namespace*/ AS namespace, toInt64(Duration) AS duration_ns,
           StatusCode IN ('STATUS_CODE_ERROR', 'Error') AS is_error,
           Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')} AS is_inside
    FROM otel_traces
    WHERE SpanKind IN ('SPAN_KIND_SERVER', 'Server', 'SPAN_KIND_CONSUMER', 'Consumer') AND ParentSpanId != ''
      AND Timestamp >= {f1:DateTime64(9,'UTC')} AND Timestamp < {t1:DateTime64(9,'UTC')}
) AS called ON caller.span = called.span
WHERE if(called.service != '', called.is_inside OR caller.is_inside, caller.is_inside AND caller.peer != '')
GROUP BY GROUPING SETS ((source, source_namespace, kind, target, target_namespace), (kind, target, target_namespace))
