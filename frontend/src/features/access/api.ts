import { queryOptions } from '@tanstack/react-query'
import type { components } from '@/api/schema'
import { client, newKey, unwrap } from '@/lib/client'

type Schemas = components['schemas']
export type RuleSet = Schemas['RulesOut']['rules']
export type RowRule = RuleSet['rows'][number]
export type ColumnRule = RuleSet['columns'][number]
export type Who = RowRule['who'][number]
export type Rules = Schemas['RulesOut']
export type Group = Schemas['GroupOut']
export type Why = Schemas['WhyOut']

const ofDataset = (id: string) => ({ params: { path: { dataset_id: id } } })

export const accessQueries = {
  ruled: () =>
    queryOptions({
      queryKey: ['access', 'ruled'],
      queryFn: ({ signal }) => unwrap(client.GET('/api/v1/access', { signal })),
    }),
  rules: (datasetId: string) =>
    queryOptions({
      queryKey: ['access', 'rules', datasetId],
      queryFn: ({ signal }) =>
        unwrap(client.GET('/api/v1/datasets/{dataset_id}/access', { ...ofDataset(datasetId), signal })),
    }),
  why: (datasetId: string, userId: string) =>
    queryOptions({
      queryKey: ['access', 'why', datasetId, userId],
      queryFn: ({ signal }) =>
        unwrap(
          client.GET('/api/v1/datasets/{dataset_id}/access/members/{user_id}', {
            params: { path: { dataset_id: datasetId, user_id: userId } },
            signal,
          }),
        ),
    }),
  groups: () =>
    queryOptions({
      queryKey: ['access', 'groups'],
      queryFn: ({ signal }) => unwrap(client.GET('/api/v1/groups', { signal })),
    }),
  attributes: (userId: string) =>
    queryOptions({
      queryKey: ['access', 'attributes', userId],
      queryFn: ({ signal }) =>
        unwrap(
          client.GET('/api/v1/members/{user_id}/attributes', {
            params: { path: { user_id: userId } },
            signal,
          }),
        ),
    }),
}

export const saveRules = (datasetId: string, rules: RuleSet, version: number) =>
  unwrap(
    client.PUT('/api/v1/datasets/{dataset_id}/access', { ...ofDataset(datasetId), body: { rules, version } }),
  )

export const createGroup = (name: string, memberIds: string[]) =>
  unwrap(
    client.POST('/api/v1/groups', {
      body: { name, member_ids: memberIds },
      params: { header: { 'Idempotency-Key': newKey() } },
    }),
  )

export const changeGroup = (group: Group) =>
  unwrap(
    client.PUT('/api/v1/groups/{group_id}', {
      params: { path: { group_id: group.id } },
      body: { name: group.name, member_ids: group.member_ids },
    }),
  )

export const deleteGroup = (id: string) =>
  unwrap(client.DELETE('/api/v1/groups/{group_id}', { params: { path: { group_id: id } } }))

export const saveAttributes = (userId: string, attributes: Record<string, string[]>) =>
  unwrap(
    client.PUT('/api/v1/members/{user_id}/attributes', {
      params: { path: { user_id: userId } },
      body: { attributes },
    }),
  )

export const viewAs = (userId: string) =>
  unwrap(client.PUT('/api/v1/session/view-as', { body: { user_id: userId } }))

export const viewAsOneself = () => unwrap(client.DELETE('/api/v1/session/view-as', {}))
