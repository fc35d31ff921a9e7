-- In which namespaces and environments does each service live?
-- Params: f, t DateTime64(9)
-- Returns: service String, identities Array(Tuple(namespace String, environment String)), at most 16
SELECT ServiceName AS service,
       groupUniqArray(16)((
           if(ResourceAttributes['service.namespace'] != '', ResourceAttributes['service.namespace'],
              ResourceAttributes['k8s.namespace.name']),
           if(ResourceAttributes['deployment.environment.name'] != '',
              ResourceAttributes['deployment.environment.name'],
              ResourceAttributes['deployment.environment']))) AS identities
FROM otel_traces
WHERE Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')}
GROUP BY service
